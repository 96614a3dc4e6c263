-- signal: planned-not-begun
-- duty: delivery-promises
-- asks: begin it, or say when
-- says: {title} of {name} was to begin on {day}, and nothing of it was seen yet
-- price: slips
-- patience: 3d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM accepted_tasks LIMIT 1
-- declare: an accepted plan (`quarterdeck plan --accept`), and tasks that name their `issues`
-- first: what holds it up?
--
-- Looked at: the tasks of the plan that was accepted last, and what was seen of their issues and change requests. It speaks of tasks
-- that name their issues, and of projects of which some task was seen to begin: elsewhere nothing is seen of any.
WITH visible AS (
    SELECT project FROM task_progress WHERE began IS NOT NULL GROUP BY project
),
planned AS (
    SELECT split_part(task, '/', 1) AS project, split_part(task, '/', 2) AS task, people, starts
    FROM accepted_tasks
    WHERE plan = (SELECT max(plan) FROM accepted_tasks)
)
SELECT 'task ' || planned.project || '/' || planned.task AS subject,
       coalesce(planned.people[CAST(1 AS BIGINT)], projects.lead) AS owner,
       planned.starts                      AS since,
       CAST(0.3 AS DOUBLE)                 AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       coalesce(tasks.title, tasks.id)     AS title,
       CAST(planned.starts AS VARCHAR)     AS day
FROM planned
JOIN tasks          ON tasks.project = planned.project AND tasks.id = planned.task
JOIN projects       ON projects.id = planned.project
JOIN task_progress AS seen ON seen.project = planned.project AND seen.task = planned.task
LEFT JOIN visible   ON visible.project = planned.project
WHERE coalesce(projects.status, 'active') = 'active'
  AND planned.starts <= current_date - $begun_late_days
  AND seen.began IS NULL
  AND NOT seen.is_done
  AND (visible.project IS NOT NULL OR array_length(tasks.issues) > 0)
