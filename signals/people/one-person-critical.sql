-- signal: one-person-critical
-- duty: knowledge-concentration
-- asks: give one of them to somebody else while it is early
-- says: {projects} all hang on {name}: {tasks}
-- price: slips
-- patience: 14d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM tasks CROSS JOIN (SELECT 1 FROM projects WHERE deadline IS NOT NULL LIMIT 1) LIMIT 1
-- declare: projects with tasks and a deadline
-- first: what would you do if they were ill tomorrow?
--
-- Looked at: projects whose promise is not sure, and whose end hangs on a task of the same person. It says how work was given out, not
-- how anybody does it.
WITH hung AS (
    SELECT schedule.person, schedule.project, min(schedule.title) AS title, max(schedule.critical) AS critical, min(plan_risk.kept) AS kept
    FROM (SELECT project, title, critical, unnest(people) AS person FROM schedule) AS schedule
    JOIN plan_risk ON plan_risk.project = schedule.project AND plan_risk.kept < $surely_kept
    WHERE schedule.critical >= $critical_share
    GROUP BY schedule.person, schedule.project
)
SELECT 'person ' || hung.person            AS subject,
       people.reports_to                   AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it grew
       CAST(0.05 AS DOUBLE)                AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST(count(*) AS DOUBLE)            AS value_days_per_day,
       hung.person                         AS person,
       coalesce(people.name, people.id)    AS name,
       array_to_string(array_sort(array_agg(hung.project)), ' and ') AS projects,
       array_to_string(array_sort(array_agg(hung.title)), ', ')      AS tasks
FROM hung
JOIN people ON people.id = hung.person
GROUP BY hung.person, people.reports_to, people.name, people.id
HAVING count(*) > 1
