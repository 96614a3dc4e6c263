-- Lines of the budget that run today, in the company's currency: what all periods from their first day to their last may
-- take, and at least and at most. Null where the amount is in a currency without a rate on the first day.
SELECT budget.id AS line, coalesce(budget.name, budget.id) AS name, budget.owner, budget.kind, budget."from" AS first_day, budget."to" AS last_day,
       budget.projects, budget.teams, budget.vendors, budget.unit, budget.file, budget.line AS place,
       CAST(budget.amount AS DOUBLE) * CAST(exchange.value AS DOUBLE) * periods.number   AS planned,
       CAST(budget.least AS DOUBLE) * CAST(least_rate.value AS DOUBLE) * periods.number  AS least,
       CAST(budget.most AS DOUBLE) * CAST(most_rate.value AS DOUBLE) * periods.number    AS most,
       budget.quantity * periods.number                                                  AS quantity
FROM budget
JOIN (SELECT id,
             round(("to" - "from" + 1) / 30.4375)
                 / CASE coalesce(period, 'year') WHEN 'year' THEN 12.0 WHEN 'quarter' THEN 3.0 ELSE 1.0 END AS number
      FROM budget) AS periods ON periods.id = budget.id
LEFT JOIN exchange ON exchange.currency = coalesce(budget.amount_currency, '')
                  AND budget."from" >= exchange.first_day AND budget."from" < exchange.next_day
LEFT JOIN exchange AS least_rate ON least_rate.currency = coalesce(budget.least_currency, '')
                  AND budget."from" >= least_rate.first_day AND budget."from" < least_rate.next_day
LEFT JOIN exchange AS most_rate ON most_rate.currency = coalesce(budget.most_currency, '')
                  AND budget."from" >= most_rate.first_day AND budget."from" < most_rate.next_day
WHERE current_date BETWEEN budget."from" AND budget."to"
