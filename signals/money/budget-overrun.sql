-- signal: budget-overrun
-- duty: budget
-- asks: cut it, move money to it, or say that it may
-- says: {name} is on its way to {currency} {forecast} ({low} to {high}), and {planned} are meant until {until}{why}
-- price: leaks
-- patience: 7d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM budget_status WHERE likely IS NOT NULL LIMIT 1
-- declare: lines of the budget (`budget`), and a source of kind `ledger`, `focus` or a table of `ledger_entries`
-- first: what drives it, and who can stop that this month?
--
-- Looked at: the forecast of each line at its end. It speaks where the likely one lies beyond what the line may take at most, or, where no
-- `most` is declared, more than a tenth beyond its amount: nearer than that no forecast tells. What is beyond is spread over the
-- days that are left, for each of them is a day on which less could be spent.
SELECT 'budget ' || status.line                                             AS subject,
       status.owner                                                         AS owner,
       books_until.day                                                      AS since,
       (likely - CAST(planned AS DOUBLE)) / greatest(last_day - current_date, 1) AS amount_per_day,
       status.currency                                                      AS currency,
       status.name                                                          AS name,
       CAST(round(CAST(planned AS DOUBLE)) AS BIGINT)                       AS planned,
       CAST(round(likely) AS BIGINT)                                        AS forecast,
       CAST(round(low) AS BIGINT)                                           AS low,
       CAST(round(high) AS BIGINT)                                          AS high,
       last_day                                                             AS until,
       CASE WHEN greatest(coalesce(by_price, 0), coalesce(by_volume, 0), coalesce(by_time, 0), coalesce(unexplained, 0)) <= 0 THEN ''
            WHEN coalesce(by_volume, 0) >= greatest(coalesce(by_price, 0), coalesce(by_time, 0), coalesce(unexplained, 0)) THEN '; most of it is volume'
            WHEN coalesce(by_price, 0) >= greatest(coalesce(by_time, 0), coalesce(unexplained, 0)) THEN '; most of it is price'
            ELSE '' END                                                     AS why
FROM budget_status AS status
CROSS JOIN books_until
WHERE likely > coalesce(most, CAST(planned AS DOUBLE) * (1 + $budget_over))
