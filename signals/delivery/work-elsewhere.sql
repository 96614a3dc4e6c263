-- signal: work-elsewhere
-- duty: who-works-on-what
-- asks: say whether the plan is to change, or the work
-- says: {who} changed {name} on {days} of the last {back} days, and the plan has them on {planned}
-- price: slips
-- patience: 7d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM tasks CROSS JOIN (SELECT 1 FROM areas WHERE kind = 'project' LIMIT 1) LIMIT 1
-- declare: projects with people, tasks and repositories
-- first: is it help for a few days, or has the work moved?
--
-- Looked at: commits of the last two weeks to files that belong to one declared project alone, by people who are planned on another
-- one now and are neither among its people nor in its team nor own a task of it. A row a project.
WITH mine AS (
    SELECT person, project FROM (SELECT id AS project, unnest(people) AS person FROM projects) AS named
    UNION
    SELECT person, projects.id FROM (SELECT id AS team, unnest(members) AS person FROM teams) AS members
    JOIN projects ON projects.team = members.team
    UNION
    SELECT owner, project FROM tasks WHERE owner IS NOT NULL
    UNION
    SELECT lead, id FROM projects WHERE lead IS NOT NULL
),
planned AS (
    SELECT person, array_to_string(array_sort(array_agg(DISTINCT project)), ' and ') AS projects
    FROM (SELECT project, unnest(people) AS person FROM schedule WHERE starts <= current_date + $elsewhere_days) AS now
    GROUP BY person
),
touched AS (
    SELECT work.person, CAST(work.author_time AS DATE) AS day, changes.path, min(areas.id) AS project
    FROM authored_commits AS work
    JOIN file_changes AS changes ON changes.source = work.source AND changes.repo = work.repo AND changes.sha = work.sha
    JOIN areas ON areas.kind = 'project' AND areas.repo = work.repo AND changes.path LIKE areas.path_like
    WHERE work.commit_time >= current_date - $elsewhere_days
      AND work.is_declared
    GROUP BY work.person, CAST(work.author_time AS DATE), work.repo, changes.path
    HAVING count(DISTINCT areas.id) = 1
),
elsewhere AS (
    SELECT touched.project, touched.person, count(DISTINCT touched.day) AS days
    FROM touched
    JOIN planned   ON planned.person = touched.person
    LEFT JOIN mine ON mine.person = touched.person AND mine.project = touched.project
    WHERE mine.person IS NULL
    GROUP BY touched.project, touched.person
    HAVING count(DISTINCT touched.day) >= $elsewhere_least
),
told AS (
    SELECT elsewhere.project, elsewhere.days, coalesce(people.name, people.id) AS who, planned.projects AS planned,
           row_number() OVER (PARTITION BY elsewhere.project ORDER BY elsewhere.days DESC, people.id) AS place
    FROM elsewhere
    JOIN planned ON planned.person = elsewhere.person
    JOIN people  ON people.id = elsewhere.person
)
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it grew
       CAST(0.2 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       told.who                            AS who,
       told.days                           AS days,
       CAST($elsewhere_days AS BIGINT)     AS back,
       told.planned                        AS planned
FROM told
JOIN projects ON projects.id = told.project
WHERE told.place = 1
