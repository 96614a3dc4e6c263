-- signal: promise-in-doubt
-- duty: delivery-promises
-- asks: make one of the changes that would keep it, or tell the client a date that holds
-- says: {name} is promised for {deadline}, which holds in {kept} of 100 cases; in 80 it is ready by {day}{remedy}
-- price: slips
-- patience: 3d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM tasks CROSS JOIN (SELECT 1 FROM projects WHERE deadline IS NOT NULL LIMIT 1) LIMIT 1
-- declare: projects with a deadline and tasks with estimates
-- first: what does `quarterdeck whatif --best` say?
--
-- Looked at: the plan of all projects at once, done thousands of times with durations by their three-point
-- estimates. It speaks where the promise holds less often than the project's `confidence` asks for. The change
-- that is told is the cheapest that was found to be enough: another doer before another project that waits, less scope, a hire;
-- where none is enough, the one that helps most.
WITH doubted AS (
    SELECT risk.project, risk.deadline, risk.kept, risk.confidence, risk.p80
    FROM plan_risk AS risk
    WHERE risk.kept < risk.confidence
),
found AS (
    SELECT remedies.project, remedies.question, remedies.kept_with,
           row_number() OVER (PARTITION BY remedies.project ORDER BY
               CASE WHEN remedies.kept_with < doubted.confidence THEN 9
                    WHEN remedies.kind = 'give' THEN 1 WHEN remedies.kind = 'pause' THEN 2
                    WHEN remedies.kind = 'drop' THEN 3 ELSE 4 END,
               remedies.kept_with DESC, remedies.question) AS place
    FROM remedies
    JOIN doubted ON doubted.project = remedies.project
    WHERE remedies.kind <> 'move' AND remedies.kept_with > remedies.kept + 0.05
)
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it grew
       1 - doubted.kept                    AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       -- The first day that it is promised for: a commitment may come before the project's own deadline.
       doubted.deadline                    AS deadline,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       CAST(round(doubted.kept * 100) AS BIGINT) AS kept,
       CAST(doubted.p80 AS VARCHAR)        AS day,
       coalesce('; `' || found.question || '` would make it ' || CAST(round(found.kept_with * 100) AS BIGINT) || ' of 100', '') AS remedy
FROM doubted
JOIN projects   ON projects.id = doubted.project
LEFT JOIN found ON found.project = doubted.project AND found.place = 1
