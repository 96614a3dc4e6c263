-- signal: budget-without-owner
-- duty: budget
-- asks: name who answers for it
-- says: nobody answers for {name}, {currency} {planned} until {until}{why}
-- folds: nobody answers for {count} lines of the budget
-- price: leaks
-- patience: 10d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM budget LIMIT 1
-- declare: `owner` of each line of the budget
-- first: who decides today what is bought from it?
--
-- Looked at: lines that run today, whose owner is not declared or has left. What nobody looks at grows: the price is a small
-- share of the line, spread over its days.
SELECT 'budget ' || status.line                                     AS subject,
       CAST(NULL AS VARCHAR)                                        AS owner,
       coalesce(people."left", status.first_day)                    AS since,
       CAST(status.planned AS DOUBLE) * $unowned_budget_share / (status.last_day - status.first_day + 1) AS amount_per_day,
       status.currency                                              AS currency,
       status.name                                                  AS name,
       CAST(round(CAST(status.planned AS DOUBLE)) AS BIGINT)        AS planned,
       status.last_day                                              AS until,
       CASE WHEN people.id IS NOT NULL THEN concat('; ', coalesce(people.name, people.id), ' has left') ELSE '' END AS why
FROM budget_status AS status
LEFT JOIN people ON people.id = status.owner AND people."left" < current_date
LEFT JOIN teams  ON teams.id = status.owner AND teams.until < current_date
WHERE status.owner IS NULL OR people.id IS NOT NULL OR teams.id IS NOT NULL
