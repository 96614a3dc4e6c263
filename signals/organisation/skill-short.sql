-- signal: skill-short
-- duty: headcount
-- asks: hire or borrow somebody, teach somebody, or promise less
-- says: {short} of {skill} are missing until {day}: {projects} ask for {asked}, and there are {there}
-- price: slips
-- patience: 14d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM task_skills CROSS JOIN (SELECT 1 FROM person_skills LIMIT 1) LIMIT 1
-- declare: tasks with a skill and an estimate, deadlines, and the skills of people
-- first: who is nearest to having it?
--
-- Looked at: what is asked of a skill until each promised day of the next quarter, against the days of those who have it (view
-- `shortages`). What is missing is missing in whatever order things are done.
SELECT 'skill ' || id                      AS subject,
       CAST(NULL AS VARCHAR)               AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it grew
       CAST(1.0 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       day                                 AS deadline,
       id                                  AS skill,
       CAST(day AS VARCHAR)                AS day,
       array_to_string(projects, ', ')     AS projects,
       CAST(ceil(short_days) AS BIGINT) || CASE ceil(short_days) WHEN 1 THEN ' day' ELSE ' days' END AS short,
       CAST(ceil(asked_days) AS BIGINT)    AS asked,
       CAST(floor(there_days) AS BIGINT)   AS there
FROM shortages
WHERE kind = 'skill' AND short_days >= 1
