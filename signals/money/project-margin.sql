-- signal: project-margin
-- duty: budget
-- asks: change scope, price or people, or accept it
-- says: {name} will leave {margin} % of its value at its end, and {target} % are meant
-- price: leaks
-- patience: 5d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM project_costs WHERE margin IS NOT NULL AND target IS NOT NULL LIMIT 1
-- declare: `value` of projects, `margin` of the company or the project, rates, hours (a table of `time_entries`) and open tasks
-- first: what would the client pay for, or do without?
--
-- Looked at: what a project cost so far (hours at their rates, and bills that name it) and what its open tasks will at the rates of
-- those who are planned for them, against its value. Silent where a part is unknown: no hours written down, no plan, or a rate missing.
-- What the margin lacks is spread over a quarter.
SELECT 'project ' || costs.project                                  AS subject,
       costs.lead                                                   AS owner,
       costs.last_day                                               AS since,
       (costs.target - costs.margin) * costs.value / $quarter_days  AS amount_per_day,
       company.currency                                             AS currency,
       costs.name                                                   AS name,
       costs.project                                                AS project,
       CAST(round(100 * costs.margin) AS BIGINT)                    AS margin,
       CAST(round(100 * costs.target) AS BIGINT)                    AS target
FROM project_costs AS costs
CROSS JOIN company
WHERE costs.margin < costs.target
