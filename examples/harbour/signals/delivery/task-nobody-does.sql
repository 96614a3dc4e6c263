-- signal: task-nobody-does
-- duty: who-works-on-what
-- asks: name who does it, or take it out
-- says: "{title}" of {name} is due on {deadline}, and nobody does it
-- folds: {count} tasks of {name} are due soon, and nobody does them
-- price: waits
-- patience: 3d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM tasks WHERE deadline IS NOT NULL LIMIT 1
-- declare: tasks with a deadline
-- first: who would be the first to notice that it was not done?
--
-- Looked at: tasks of active projects that are not done, are due within the days in which
-- deadlines are looked at, and name no owner. This file is an example of a company's own
-- signal: the head says what it is, the query returns its rows.
SELECT 'task ' || projects.id || '/' || tasks.id AS subject,
       projects.lead                             AS owner,
       projects.id                               AS project,
       tasks.deadline                            AS deadline,
       CAST(1 AS DOUBLE)                         AS people,
       0.05                                      AS share,
       coalesce(tasks.title, tasks.id)           AS title,
       coalesce(projects.name, projects.id)      AS name
FROM tasks
JOIN projects ON projects.id = tasks.project
WHERE tasks.owner IS NULL
  AND NOT coalesce(tasks.done, false)
  AND coalesce(projects.status, 'active') = 'active'
  AND tasks.deadline BETWEEN current_date AND current_date + $deadline_days
