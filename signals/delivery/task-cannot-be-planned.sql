-- signal: task-cannot-be-planned
-- duty: who-works-on-what
-- asks: say who does it, or take away what stands in its way
-- says: {what} of {name} cannot be planned: {why}
-- price: slips
-- patience: 3d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM tasks LIMIT 1
-- declare: projects with tasks, and who has which skill
-- first: who would you ask to do it today?
--
-- Looked at: tasks for which no time and nobody was found: a skill that nobody has, tasks that wait for each other in a circle,
-- an owner who is away for good. A row a project, with the first of them; what waits for it is not told again.
WITH stuck AS (
    SELECT project, task, title, why_not,
           count(*) OVER (PARTITION BY project) AS tasks,
           row_number() OVER (PARTITION BY project ORDER BY strpos(why_not, ' waits for '), task) AS place
    FROM schedule
    WHERE why_not IS NOT NULL
)
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- files do not say when
       CAST(1.0 AS DOUBLE)                 AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.deadline                   AS deadline,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       CASE stuck.tasks WHEN 1 THEN '1 task' ELSE stuck.tasks || ' tasks' END AS what,
       stuck.why_not                       AS why
FROM stuck
JOIN projects ON projects.id = stuck.project
WHERE stuck.place = 1
