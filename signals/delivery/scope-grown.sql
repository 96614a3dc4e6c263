-- signal: scope-grown
-- duty: delivery-promises
-- asks: take something out, or promise another day
-- says: {name} was {then} days of work when {deadline} was promised, and is {now} now
-- price: slips
-- patience: 7d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM plan_history LIMIT 1
-- declare: an accepted plan (`quarterdeck plan --accept`), and projects with a deadline
-- first: who asked for it, and do they know what it costs?
--
-- Looked at: the expected days of all tasks of a project, done or not, in the first accepted plan that has today's deadline, and today.
WITH promised AS (
    SELECT project, days, done_days, plan
    FROM (SELECT history.project, history.days, coalesce(history.done_days, 0) AS done_days, history.plan,
                 row_number() OVER (PARTITION BY history.project ORDER BY history.plan) AS place
          FROM plan_history AS history
          JOIN projects ON projects.id = history.project AND projects.deadline = history.deadline) AS each
    WHERE place = 1
),
done AS (
    SELECT tasks.project, sum(coalesce((tasks.estimate_low + 4 * tasks.estimate_likely + tasks.estimate_high) / 6, 3.5)) AS days
    FROM tasks
    JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id
    WHERE seen.is_done
    GROUP BY tasks.project
),
sizes AS (
    SELECT promised.project, promised.plan, promised.days + promised.done_days AS before, plan_risk.days + coalesce(done.days, 0) AS after
    FROM promised
    JOIN plan_risk ON plan_risk.project = promised.project
    LEFT JOIN done ON done.project = promised.project
)
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       CAST(sizes.plan AS DATE)            AS since,
       CAST(0.3 AS DOUBLE)                 AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.deadline                   AS deadline,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       CAST(round(sizes.before) AS BIGINT) AS "then",
       CAST(round(sizes.after) AS BIGINT)  AS now
FROM sizes
JOIN projects ON projects.id = sizes.project
WHERE sizes.after > sizes.before * $scope_growth
  AND sizes.after >= sizes.before + 2
