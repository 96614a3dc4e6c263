-- signal: begun-early
-- duty: who-works-on-what
-- asks: say whether the plan is to change, or the work
-- says: {title} of {name} was begun on {began}, and the plan has it from {day} on
-- price: slips
-- patience: 7d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM accepted_tasks LIMIT 1
-- declare: an accepted plan (`quarterdeck plan --accept`), and tasks that name their `issues`
-- first: what waits meanwhile?
--
-- Looked at: the tasks of the plan that was accepted last that are to begin in two weeks or later, and what was seen of their issues
-- and change requests since it was accepted.
WITH planned AS (
    SELECT split_part(accepted_tasks.task, '/', 1) AS project, split_part(accepted_tasks.task, '/', 2) AS task,
           accepted_tasks.starts, accepted_plans.accepted
    FROM accepted_tasks
    JOIN accepted_plans ON accepted_plans.id = accepted_tasks.plan
    WHERE accepted_tasks.plan = (SELECT max(plan) FROM accepted_tasks)
)
SELECT 'task ' || planned.project || '/' || planned.task AS subject,
       projects.lead                       AS owner,
       seen.began                          AS since,
       CAST(0.2 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       coalesce(tasks.title, tasks.id)     AS title,
       CAST(seen.began AS VARCHAR)         AS began,
       CAST(planned.starts AS VARCHAR)     AS day
FROM planned
JOIN tasks    ON tasks.project = planned.project AND tasks.id = planned.task
JOIN projects ON projects.id = planned.project
JOIN task_progress AS seen ON seen.project = planned.project AND seen.task = planned.task
WHERE planned.starts >= current_date + $elsewhere_days
  AND seen.began >= planned.accepted
  AND NOT seen.is_done
