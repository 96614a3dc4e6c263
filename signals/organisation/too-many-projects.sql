-- signal: too-many-projects
-- duty: load-and-morale
-- asks: let them finish one before the next, or take one away
-- says: {name} is planned on {number} projects in the week of {week}: {projects}
-- price: slips
-- patience: 7d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM tasks LIMIT 1
-- declare: projects with tasks, and who works on them
-- first: which of them could wait a week?
--
-- Looked at: the plan of the next weeks. A row a person, for the week with the most projects. Each further project at once takes
-- its share of the week for finding back into it.
WITH weeks AS (
    SELECT person, week, projects, array_length(projects) AS number,
           row_number() OVER (PARTITION BY person ORDER BY array_length(projects) DESC, week) AS place
    FROM load
    WHERE week < current_date + 7 * $plan_weeks
)
SELECT 'person ' || weeks.person           AS subject,
       people.reports_to                   AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it is to come
       CAST(0.2 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST(weeks.number - $projects_at_once AS DOUBLE) AS value_days_per_day,
       weeks.person                        AS person,
       coalesce(people.name, people.id)    AS name,
       CAST(weeks.number AS BIGINT)        AS number,
       CAST(weeks.week AS VARCHAR)         AS week,
       array_to_string(weeks.projects, ', ') AS projects
FROM weeks
JOIN people ON people.id = weeks.person
WHERE weeks.place = 1 AND weeks.number > $projects_at_once
