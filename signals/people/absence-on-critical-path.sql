-- signal: absence-on-critical-path
-- duty: delivery-promises
-- asks: let somebody else do it, do it before, or tell the client
-- says: {who} is away from {first} to {last} in the middle of {title}, on which {name} hangs
-- price: slips
-- patience: 7d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM absences CROSS JOIN (SELECT 1 FROM tasks LIMIT 1) LIMIT 1
-- declare: absences, and projects with tasks and a deadline
-- first: could it be handed over a week before?
--
-- Looked at: tasks on which the end of a project with a promise hangs, where that promise is not sure, and known absences of
-- three days and more of who is to do them between their planned beginning and end. The plan knows of the absence already.
SELECT 'task ' || schedule.project || '/' || schedule.task AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it is to come
       1 - plan_risk.kept                  AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       min(absences."from")                AS deadline,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       schedule.title                      AS title,
       min(coalesce(people.name, people.id)) AS who,
       CAST(min(absences."from") AS VARCHAR) AS first,
       CAST(min(absences."to") AS VARCHAR) AS last
FROM (SELECT project, task, title, starts, ends, critical, unnest(people) AS person FROM schedule) AS schedule
JOIN plan_risk ON plan_risk.project = schedule.project AND plan_risk.kept < $surely_kept
JOIN projects  ON projects.id = schedule.project
JOIN people    ON people.id = schedule.person
JOIN absences  ON absences.person = schedule.person
              AND absences."from" > current_date
              AND absences."from" > schedule.starts
              AND absences."to" < schedule.ends
              AND absences."to" - absences."from" >= 2
WHERE schedule.critical >= $critical_share
GROUP BY schedule.project, schedule.task, schedule.title, plan_risk.kept, projects.id, projects.lead, projects.team, projects.name,
         projects.value_per_day, projects.value_per_day_currency
