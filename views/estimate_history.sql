-- What was estimated and is done, with the days that were booked on it: tasks of projects, by the lines of the estimate that
-- they were made from where there is one, and issues that are no part of a task. What nobody booked is not here: from
-- the first day to the last much else is done. Of several estimators the mean counts; people are here so that what one
-- person's work takes is held against the like, and are shown nowhere.
WITH lines AS (
    SELECT estimates.project, estimate_lines.id AS task,
           coalesce(estimate_lines.category, estimate_lines.skill)                             AS category,
           coalesce(avg((said.estimate_low + 4 * said.estimate_likely + said.estimate_high) / 6),
                    max((estimate_lines.estimate_low + 4 * estimate_lines.estimate_likely + estimate_lines.estimate_high) / 6))
                                                                                               AS days,
           coalesce(avg(said.estimate_low), max(estimate_lines.estimate_low))                  AS low,
           coalesce(avg(said.estimate_high), max(estimate_lines.estimate_high))                AS high
    FROM estimates
    JOIN estimate_lines ON estimate_lines."of" = estimates.id
    LEFT JOIN line_estimates AS said ON said.line_id = concat(estimates.id, '/', estimate_lines.id)
    WHERE estimates.project IS NOT NULL
    GROUP BY estimates.project, estimate_lines.id, estimate_lines.category, estimate_lines.skill
),
named AS (
    SELECT DISTINCT regexp_replace(name, '^.*#', '') AS number,
           CASE WHEN strpos(name, '#') > 1 THEN regexp_replace(split_part(name, '#', 1), '^.*/', '')
                ELSE regexp_replace(name, '-[0-9]+$', '') END AS repo
    FROM (SELECT unnest(issues) AS name FROM tasks) AS listed
),
finished AS (
    SELECT concat(tasks.project, '/', tasks.id)                                                AS id,
           coalesce(lines.category, tasks.skill)                                               AS category,
           tasks.owner AS person, tasks.project,
           coalesce(lines.days, (tasks.estimate_low + 4 * tasks.estimate_likely + tasks.estimate_high) / 6) AS estimate_days,
           seen.booked_days                                                                    AS actual_days,
           coalesce(lines.low, tasks.estimate_low)                                             AS low_days,
           coalesce(lines.high, tasks.estimate_high)                                           AS high_days,
           seen.began, seen."last"                                                             AS done
    FROM tasks
    JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id
    LEFT JOIN lines ON lines.project = tasks.project AND lines.task = tasks.id
    WHERE seen.is_done
    UNION ALL
    SELECT concat(issues.repo, '#', issues.number), issues.type, issues.assignees[1], issues.repo,
           issues.estimate_days, issues.spent_days, CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(issues.created_at AS DATE), CAST(issues.closed_at AS DATE)
    FROM issues
    LEFT JOIN named ON named.repo = issues.repo AND named.number = issues.number
    WHERE issues.state = 'closed' AND named.number IS NULL AND coalesce(issues.reason, '') <> 'not_planned'
)
SELECT id, category, person, project, estimate_days, actual_days, low_days, high_days, began, done
FROM finished
WHERE estimate_days > 0 AND actual_days > 0 AND done IS NOT NULL
