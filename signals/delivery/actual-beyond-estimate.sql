-- signal: actual-beyond-estimate
-- duty: estimates
-- asks: estimate anew what is left, and tell whoever counts on the day
-- says: {title} of {name} has taken {spent} days and was to take {high} at most; it is not done
-- price: slips
-- patience: 2d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM task_progress WHERE booked_days > 0 LIMIT 1
-- declare: tasks with estimates whose issues have time booked on them
-- first: what is left that nobody knew of?
--
-- Looked at: tasks that are not done and on which more days were booked than their estimate's highest point.
SELECT 'task ' || tasks.project || '/' || tasks.id AS subject,
       coalesce(tasks.owner, projects.lead) AS owner,
       seen.began                           AS since,
       CAST(0.5 AS DOUBLE)                  AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE)  AS value_days_per_day,
       projects.value_per_day_currency      AS currency,
       projects.id                          AS project,
       projects.team                        AS team,
       coalesce(projects.name, projects.id) AS name,
       coalesce(tasks.title, tasks.id)      AS title,
       CAST(round(seen.booked_days) AS BIGINT) AS spent,
       CAST(round(tasks.estimate_high) AS BIGINT) AS high
FROM tasks
JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id
JOIN projects ON projects.id = tasks.project
WHERE NOT seen.is_done
  AND coalesce(projects.status, 'active') = 'active'
  AND seen.booked_days > tasks.estimate_high
