-- signal: free-while-critical
-- duty: who-works-on-what
-- asks: ask them to take it, or say that they are kept free
-- says: {who} could do {title} of {name}, which begins {begins} only, and {is_free} free for most of two weeks
-- price: slips
-- patience: 3d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM task_skills CROSS JOIN (SELECT 1 FROM person_skills LIMIT 1) LIMIT 1
-- declare: tasks with a skill, and the skills of people
-- first: is there a reason that they are not asked?
--
-- Looked at: tasks of projects whose promise is in doubt, on which the end hangs, that could begin (all before them is done)
-- and are planned to begin in a week or later, against whoever has their skill and is planned for less than half of the next two
-- weeks.
WITH waiting AS (
    SELECT schedule.project, schedule.task, schedule.title, schedule.starts, schedule.people, asked.skill, asked.level
    FROM schedule
    JOIN task_skills AS asked ON asked.project = schedule.project AND asked.task = schedule.task
    JOIN tasks     ON tasks.project = schedule.project AND tasks.id = schedule.task
    JOIN plan_risk ON plan_risk.project = schedule.project AND plan_risk.kept < plan_risk.confidence
    LEFT JOIN (
        SELECT DISTINCT held.project, held.id
        FROM (SELECT project, id, regexp_replace(first, '^(start|end) of | [+-] [0-9.]+[a-z]+$', '', 'g') AS first
              FROM (SELECT project, id, unnest(after) AS first FROM tasks) AS each) AS held
        JOIN schedule AS open ON open.project = held.project AND open.task = held.first
    ) AS held ON held.project = tasks.project AND held.id = tasks.id
    WHERE schedule.critical >= $critical_share
      AND schedule.starts >= current_date + 7
      AND held.id IS NULL
),
free AS (
    SELECT person
    FROM load
    WHERE week < current_date + 14
    GROUP BY person
    HAVING sum(there) >= 40 AND sum(planned) < sum(there) * $free_share
),
able AS (
    SELECT waiting.project, waiting.task, waiting.title, waiting.starts,
           array_sort(array_agg(DISTINCT coalesce(people.name, people.id)))            AS names
    FROM waiting
    JOIN person_skills AS own ON own.skill = waiting.skill AND own.level >= waiting.level
    JOIN free   ON free.person = own.person
    JOIN people ON people.id = own.person
    WHERE NOT array_has(waiting.people, own.person)
    GROUP BY waiting.project, waiting.task, waiting.title, waiting.starts
)
SELECT 'task ' || able.project || '/' || able.task AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it is to come
       CAST(0.5 AS DOUBLE)                 AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       able.title                          AS title,
       CAST(able.starts AS VARCHAR)        AS begins,
       CASE array_length(able.names) WHEN 1 THEN 'is' ELSE 'are' END AS is_free,
       array_to_string(able.names, ' and ') AS who
FROM able
JOIN projects ON projects.id = able.project
