-- signal: vendor-unpaid
-- duty: vendors
-- asks: cancel it, or say where it is paid
-- says: {name} is declared at {declared} {cost} a year, and no payment to it is in the books since {since_day}
-- folds: {count} vendors are declared and not paid
-- price: leaks
-- patience: 10d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM ledger_entries WHERE day < current_date - 400 LIMIT 1
-- declare: vendors with `cost_per_year` and `payees`, and books of more than a year
-- first: do we still have it, and under which name is it paid?
--
-- Looked at: vendors with a declared cost to whom nothing was paid in thirteen months of books: a year and a month of grace for the bill. Either the
-- contract is over and still counted on, or it is paid under a name, or from an account, that nobody knows of.
WITH paid AS (
    SELECT vendor, max(day) AS day FROM vendor_payments WHERE vendor IS NOT NULL AND amount > 0 GROUP BY vendor
),
began AS (
    SELECT min(day) AS day, max(day) AS newest FROM ledger_entries
)
SELECT 'vendor ' || vendors.id                                              AS subject,
       vendors.owner                                                        AS owner,
       coalesce(paid.day, began.day)                                        AS since,
       CAST(vendors.cost_per_year * exchange.value AS DOUBLE) * $vendor_saving / 365 AS amount_per_day,
       (SELECT max(currency) FROM company)                                  AS currency,
       vendors.cost_per_year_currency                                       AS declared,
       coalesce(paid.day, began.day)                                        AS since_day,
       vendors.id                                                           AS vendor,
       coalesce(vendors.name, vendors.id)                                   AS name,
       CAST(CAST(vendors.cost_per_year AS BIGINT) AS VARCHAR)               AS cost
FROM vendors
CROSS JOIN began
LEFT JOIN paid ON paid.vendor = vendors.id
LEFT JOIN exchange ON exchange.currency = coalesce(vendors.cost_per_year_currency, '')
                  AND current_date >= exchange.first_day AND current_date < exchange.next_day
WHERE vendors.cost_per_year > 0
  AND coalesce(vendors.decision, '') <> 'cancel'
  AND coalesce(paid.day, began.day) < current_date - 396
  AND began.newest >= current_date - 62
