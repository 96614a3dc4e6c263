-- signal: person-over-booked
-- duty: load-and-morale
-- asks: give some of it to somebody else, or move what can wait
-- says: {name} owns {asked} days of work that are due by {day}, and is there for {there} until then
-- price: slips
-- patience: 7d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM tasks WHERE owner IS NOT NULL LIMIT 1
-- declare: tasks with an owner and an estimate, and deadlines
-- first: which of it would they rather not do?
--
-- Looked at: the tasks that somebody owns and the promised days they are due by, against the days on which they are there, without
-- meetings and by their capacity (view `shortages`). It says that too much was put on somebody, not how they do.
SELECT 'person ' || shortages.id           AS subject,
       people.reports_to                   AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it grew
       CAST(1.0 AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       shortages.day                       AS deadline,
       shortages.id                        AS person,
       coalesce(people.name, people.id)    AS name,
       CAST(shortages.day AS VARCHAR)      AS day,
       CAST(ceil(shortages.asked_days) AS BIGINT)  AS asked,
       CAST(floor(shortages.there_days) AS BIGINT) AS there
FROM shortages
JOIN people ON people.id = shortages.id
WHERE shortages.kind = 'person' AND shortages.short_days >= 1
