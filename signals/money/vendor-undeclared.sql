-- signal: vendor-undeclared
-- duty: vendors
-- asks: declare it, or stop paying it
-- says: {payee} is paid again and again, {currency} {amount} in the last year, and no vendor of that name is declared
-- folds: {count} payees are paid again and again and not declared
-- price: leaks
-- patience: 10d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM vendors LIMIT 1
-- declare: vendors, with `payees`: the names under which they are paid
-- first: what is it, and who uses it?
--
-- Looked at: payees of the books that no vendor's name, product or `payees` fits, and that were paid in at least three months of the last year, last
-- within a quarter. One that is paid once is a purchase; one that is paid in three months is a contract that nobody wrote down.
-- Wages and taxes are paid so too: lines of the budget of kind `payroll`, and accounts that are called like them, are left out.
WITH payees AS (
    SELECT payments.payee,
           count(DISTINCT date_trunc('month', payments.day)) AS months,
           sum(CAST(payments.amount AS DOUBLE))              AS amount,
           count(*) FILTER (WHERE payments.amount IS NULL)   AS unknown,
           min(payments.day)                                 AS first_day,
           max(payments.day)                                 AS last_day,
           max(payments.line)                                AS line
    FROM vendor_payments AS payments
    LEFT JOIN budget ON budget.id = payments.line
    WHERE payments.vendor IS NULL
      AND payments.day BETWEEN current_date - 365 AND current_date
      AND coalesce(budget.kind, '') <> 'payroll'
      AND payments.account !~* 'payroll|salar|wages|gehalt|gehälter|l(o|ö)hne|lohn|tax|steuer|insurance|versicherung|rent|miete'
    GROUP BY payments.payee
)
SELECT 'payee ' || payees.payee                             AS subject,
       budget.owner                                         AS owner,
       payees.first_day                                     AS since,
       payees.amount * $vendor_saving / 365                 AS amount_per_day,
       company.currency                                     AS currency,
       payees.payee                                         AS payee,
       CAST(round(payees.amount) AS BIGINT)                 AS amount
FROM payees
CROSS JOIN company
LEFT JOIN budget ON budget.id = payees.line
WHERE payees.months >= 3
  AND payees.unknown = 0
  AND payees.amount > 0
  AND payees.last_day >= current_date - $quarter_days
