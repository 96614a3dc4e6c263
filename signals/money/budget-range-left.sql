-- signal: budget-range-left
-- duty: budget
-- asks: find out why, and change the line or the spending
-- says: {name} took {currency} {late} and {early} in the last two months, and {range} a month is meant
-- price: leaks
-- patience: 10d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM budget_months WHERE is_complete LIMIT 1
-- declare: lines of the budget with `least` and `most`, and books (a source of kind `ledger` or a table of `ledger_entries`)
-- first: is this the new normal, or two bad months?
--
-- Looked at: the last two whole months of each line against its range in a month: its `least` and `most`, or where they are not declared a
-- quarter around its amount. One month outside is chance, as everybody knows who pays by invoice; two in a row on the same side are not.
-- Less than the least counts too: work that was meant to be done is not done, or bills are missing. Lines with yearly bills have few such months, and those
-- bills are left out.
WITH pairs AS (
    SELECT line, name, owner, currency, month, amount AS late, least, most,
           lag(amount) OVER (PARTITION BY line ORDER BY month)              AS early,
           row_number() OVER (PARTITION BY line ORDER BY month DESC)        AS place
    FROM budget_months
    WHERE is_complete
)
SELECT 'budget ' || line                                            AS subject,
       owner                                                        AS owner,
       month                                                        AS since,
       CASE WHEN late > most THEN (late + early - 2 * most) / 61 ELSE (2 * least - late - early) / 61 END AS amount_per_day,
       currency                                                     AS currency,
       name                                                         AS name,
       CAST(round(late) AS BIGINT)                                  AS late,
       CAST(round(early) AS BIGINT)                                 AS early,
       concat(CAST(round(least) AS BIGINT), ' to ', CAST(round(most) AS BIGINT)) AS range
FROM pairs
WHERE place = 1
  AND ((late > most AND early > most) OR (late < least AND early < least))
