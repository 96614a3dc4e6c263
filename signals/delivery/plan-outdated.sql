-- signal: plan-outdated
-- duty: who-works-on-what
-- asks: look at what moved (`quarterdeck plan --diff`), and accept a plan that you stand by
-- says: the plan of {day} is {age} old, and {moved} of its {tasks} tasks are elsewhere now
-- price: slips
-- patience: 7d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM accepted_tasks LIMIT 1
-- declare: an accepted plan (`quarterdeck plan --accept`)
-- first: which of them did you know of?
--
-- Looked at: the tasks of the plan that was accepted last against what would be planned today from the files and from what was
-- seen: those whose end moved by more than a few days, and those that are new. What is done moved nothing.
WITH newest AS (
    SELECT id, accepted FROM accepted_plans ORDER BY accepted DESC LIMIT 1
),
beside AS (
    SELECT count(*) AS tasks,
           count(*) FILTER (WHERE old.task IS NULL
                               OR abs(coalesce(now.ends - old.ends, CASE WHEN now.ends IS NULL AND old.ends IS NULL THEN 0 ELSE 999 END)) > $plan_moved_days) AS moved
    FROM (SELECT concat(project, '/', task) AS task, ends FROM schedule) AS now
    LEFT JOIN (SELECT task, ends FROM accepted_tasks WHERE plan = (SELECT max(plan) FROM accepted_tasks)) AS old ON old.task = now.task
)
SELECT 'plan ' || newest.id                AS subject,
       CAST(NULL AS VARCHAR)               AS owner,
       newest.accepted                     AS since,
       CAST(0.1 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       CAST(newest.accepted AS VARCHAR)    AS day,
       spans.words                         AS age,
       beside.moved                        AS moved,
       beside.tasks                        AS tasks
FROM newest
CROSS JOIN beside
JOIN spans ON spans.days = current_date - newest.accepted
WHERE newest.accepted < current_date - $plan_age_days
  AND beside.moved * 4 >= beside.tasks
  AND beside.moved > 0
