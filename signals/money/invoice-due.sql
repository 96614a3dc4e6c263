-- signal: invoice-due
-- duty: vendors
-- asks: pay it, or say why not
-- says: {payee} is to be paid {asked} {amount} by {deadline}{late}
-- folds: {count} invoices are to be paid, the oldest since {oldest}
-- price: leaks
-- patience: 3d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM invoices LIMIT 1
-- declare: a table of `invoices`
-- first: did we get what it is for?
--
-- Looked at: invoices without a day of payment whose last day comes within a week, or has passed by less than a quarter: an older one
-- is disputed, or paid and not marked. The price is the usual interest on what is late, and before that day a hundredth of it.
SELECT concat('invoice ', invoices.source, ' ', invoices.id)        AS subject,
       vendors.owner                                                AS owner,
       invoices.due - 7                                             AS since,
       CAST(invoices.amount * exchange.value AS DOUBLE) * $late_interest / 365 * CASE WHEN invoices.due < current_date THEN 1 ELSE 0.01 END AS amount_per_day,
       (SELECT max(currency) FROM company)                          AS currency,
       invoices.amount_currency                                     AS asked,
       invoices.due                                                 AS deadline,
       coalesce(vendors.name, vendors.id, invoices.payee)           AS payee,
       vendors.id                                                   AS vendor,
       CAST(invoices.amount AS VARCHAR)                             AS amount,
       CASE WHEN invoices.due < current_date THEN ', and that has passed' ELSE '' END AS late
FROM invoices
LEFT JOIN vendor_payees AS payees ON payees.payee = invoices.payee
LEFT JOIN vendors ON vendors.id = payees.vendor
LEFT JOIN exchange ON exchange.currency = invoices.amount_currency
                  AND current_date >= exchange.first_day AND current_date < exchange.next_day
WHERE invoices.paid IS NULL
  AND invoices.due BETWEEN current_date - $quarter_days AND current_date + 7
