-- signal: promise-without-estimate
-- duty: estimates
-- asks: estimate its tasks, low, likely and high, or say that the day is a wish
-- says: {name} is promised for {deadline}, and {what}
-- price: slips
-- patience: 5d
-- minutes: 60
-- audience: line
-- needs: SELECT 1 FROM projects WHERE deadline IS NOT NULL LIMIT 1
-- declare: projects with a deadline
-- first: who could say in an hour what is left?
--
-- Looked at: projects that are worked on and promised for a day that is still to come, of which no open task has an estimate, nor any
-- estimate says that it became them.
WITH open AS (
    SELECT tasks.project,
           count(*)                                            AS tasks,
           count(tasks.estimate_likely)                        AS estimated
    FROM tasks
    LEFT JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id
    WHERE NOT coalesce(seen.is_done, tasks.done, false)
    GROUP BY tasks.project
),
done AS (SELECT DISTINCT project FROM tasks)
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       projects.asserted                   AS since,
       CAST(0.5 AS DOUBLE)                 AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.deadline                   AS deadline,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       CASE WHEN open.tasks IS NULL THEN 'no task of it is written down'
            WHEN open.tasks = 1 THEN 'its open task has no estimate'
            ELSE 'none of its ' || open.tasks || ' open tasks has an estimate' END AS what
FROM projects
LEFT JOIN open ON open.project = projects.id
LEFT JOIN done ON done.project = projects.id
LEFT JOIN (SELECT DISTINCT project FROM estimates WHERE project IS NOT NULL) AS known ON known.project = projects.id
WHERE coalesce(projects.status, 'active') = 'active'
  AND projects.deadline >= current_date
  AND known.project IS NULL
  AND coalesce(open.estimated, 0) = 0
  AND (open.tasks > 0 OR done.project IS NULL)
