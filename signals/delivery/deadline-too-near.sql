-- signal: deadline-too-near
-- duty: delivery-promises
-- asks: take something out, put somebody on it, or tell the client a date that holds
-- says: {name} is due on {deadline} with {work} of work left; at its pace it is done on {done}
-- price: slips
-- patience: 3d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM tasks CROSS JOIN (SELECT 1 FROM projects WHERE deadline IS NOT NULL LIMIT 1) LIMIT 1
-- declare: projects with a deadline and tasks with estimates
-- first: what of the rest would the client not miss?
--
-- Looked at: active projects due within the days given (or past due), the likely days of the tasks
-- that are not done, and the pace: days of done tasks for each working day since the start;
-- before anything is done, the people named times the share of a day that is left for planned
-- work. It is a straight line, not a forecast: it speaks where the line misses the date.
-- Likely estimates are met half the time, so the chance to slip starts there and grows with
-- what the pace lacks.
WITH due AS (
    SELECT id, coalesce(name, id) AS name, lead, team, people, started, deadline,
           CAST(value_per_day AS DOUBLE) AS value_per_day, value_per_day_currency,
           -- Five working days of seven.
           greatest(deadline - current_date, 0) * 5.0 / 7 AS days_left,
           (current_date - started) * 5.0 / 7             AS days_gone
    FROM projects
    WHERE coalesce(status, 'active') = 'active'
      AND deadline BETWEEN current_date - $deadline_past_days AND current_date + $deadline_days
      AND coalesce(started, current_date) <= current_date
),
work AS (
    SELECT project,
           sum(coalesce(estimate_likely, $task_days)) FILTER (WHERE NOT coalesce(done, false)) AS left_over,
           sum(coalesce(estimate_likely, $task_days)) FILTER (WHERE done)                      AS finished
    FROM tasks
    GROUP BY project
),
named AS (
    SELECT id AS project, unnest(people) AS person FROM due
    UNION ALL
    SELECT project, owner FROM tasks WHERE owner IS NOT NULL AND NOT coalesce(done, false)
),
hands AS (
    SELECT named.project, sum(coalesce(people.capacity, 1)) AS people
    FROM (SELECT DISTINCT project, person FROM named) AS named
    LEFT JOIN people ON people.id = named.person
    WHERE people."left" IS NULL OR people."left" > current_date
    GROUP BY named.project
),
paced AS (
    SELECT due.*, work.left_over,
           CASE WHEN work.finished > 0 AND due.days_gone >= 5 THEN work.finished / due.days_gone
                ELSE greatest(coalesce(hands.people, 1), 0.5) * $planned_share
           END AS pace
    FROM due
    JOIN work       ON work.project = due.id
    LEFT JOIN hands ON hands.project = due.id
    WHERE work.left_over > 0
)
SELECT 'project ' || id                                    AS subject,
       lead                                                AS owner,
       CAST(NULL AS DATE)                                  AS since,   -- it grew
       least(0.95, 1 - 0.5 * pace * days_left / left_over) AS probability,
       value_per_day                                       AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE)                 AS value_days_per_day,
       value_per_day_currency                              AS currency,
       paced.deadline                                      AS deadline,
       id                                                  AS project,
       team                                                AS team,
       name                                                AS name,
       CASE round(left_over) WHEN 1 THEN '1 day' ELSE CAST(round(left_over) AS BIGINT) || ' days' END AS work,
       current_date + CAST(least(ceil(left_over / pace * 7 / 5), 3650) AS BIGINT) AS done
FROM paced
-- Where the plan says how sure it is, `promise-in-doubt` speaks.
LEFT JOIN plan_risk AS risk ON risk.project = paced.id AND risk.kept IS NOT NULL
WHERE left_over > pace * days_left * $pace_slack
  AND risk.project IS NULL
