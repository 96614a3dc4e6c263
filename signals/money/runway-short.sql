-- signal: runway-short
-- duty: budget
-- asks: cut the burn, bring money in, or change the target
-- says: at {currency} {burn} a month the cash lasts {months} months, and {target} are meant
-- price: leaks
-- patience: 5d
-- minutes: 60
-- audience: line
-- needs: SELECT 1 FROM runway WHERE months IS NOT NULL AND target IS NOT NULL LIMIT 1
-- declare: `cash` and `runway_months` of the company, books, and payroll in them or rates of people
-- first: which spending would you not begin today?
--
-- Looked at: cash over the mean burn of the last three whole months. Silent where a part of either is unknown: a runway that leaves something
-- out is too long. The price is what a day burns beyond what the target allows.
SELECT 'company'                                                AS subject,
       CAST(NULL AS VARCHAR)                                    AS owner,
       books_until.day                                          AS since,
       (burn - CAST(cash AS DOUBLE) / target) / 30.4375         AS amount_per_day,
       currency                                                 AS currency,
       CAST(round(burn) AS BIGINT)                              AS burn,
       round(months, 1)                                         AS months,
       target                                                   AS target
FROM runway
CROSS JOIN books_until
WHERE months < target
