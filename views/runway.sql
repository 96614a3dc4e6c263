-- kept: yes
--
-- How long the cash lasts: one row. `cash` is what the accounts named by `cash` of the company hold by the
-- books, else the newest balances that banks told. `run_rate` is what a month took on the mean of the last three whole ones, `burn` the same without
-- what came in. `months` is null where a part of it is unknown: a currency without a rate, people without a rate in the
-- payroll of nobody's books, less than a whole month; and where nothing is burnt.
WITH named AS (
    SELECT concat(replace(replace(lower(pattern), '_', '\_'), '*', '%')) AS likeness
    FROM (SELECT unnest(cash) AS pattern FROM company) AS own
),
own AS (
    SELECT DISTINCT entries.account
    FROM (SELECT DISTINCT account FROM ledger_entries WHERE kind IS NULL OR kind NOT IN ('statement', 'balance')) AS entries
    JOIN named ON lower(entries.account) LIKE named.likeness OR lower(entries.account) LIKE concat(named.likeness, ':%')
),
held AS (
    SELECT entries.amount_currency AS currency, sum(entries.amount) AS amount
    FROM ledger_entries AS entries
    JOIN own ON own.account = entries.account
    WHERE entries.day <= current_date
    GROUP BY entries.amount_currency
    UNION ALL
    SELECT told.currency, sum(told.amount)
    FROM (SELECT account, amount_currency AS currency, last_value(amount ORDER BY day) AS amount
          FROM ledger_entries
          WHERE kind = 'balance' AND day <= current_date AND NOT EXISTS (SELECT 1 FROM own)
          GROUP BY account, amount_currency) AS told
    GROUP BY told.currency
),
cash AS (
    SELECT CASE WHEN count(*) = count(exchange.value) AND count(*) > 0
                THEN CAST(round(sum(held.amount * exchange.value), 2) AS DECIMAL(18, 2)) END AS amount
    FROM (SELECT * FROM held WHERE amount <> 0) AS held
    LEFT JOIN exchange ON exchange.currency = held.currency
                      AND current_date >= exchange.first_day AND current_date < exchange.next_day
),
months AS (
    SELECT monthly.*, books_until.day AS told_until, min(monthly.month) OVER () AS first_month,
           CAST(date_trunc('month', books_until.day - 80) AS DATE)  AS recent_month,
           sum(CASE WHEN monthly.month >= current_date - 186 THEN monthly.payrolls ELSE 0 END) OVER () AS payrolls_seen
    FROM monthly_spending AS monthly
    CROSS JOIN books_until
),
recent AS (
    SELECT max(round((told_until - greatest(first_month, recent_month)) / 30.4375)) AS months,
           sum(spent) AS spent, sum(coalesce(income, 0)) AS income, sum(unknown) AS unknown, max(payrolls_seen) AS payrolls
    FROM months
    WHERE is_complete AND month >= recent_month
),
figures AS (
    SELECT cash.amount AS cash,
           CASE WHEN recent.unknown = 0 AND recent.months > 0 THEN CAST(recent.spent AS DOUBLE) / recent.months END AS run_rate,
           CASE WHEN recent.unknown = 0 AND recent.months > 0 THEN CAST(recent.spent - recent.income AS DOUBLE) / recent.months END AS burn,
           coalesce(recent.payrolls, 0) > 0 AS has_payroll
    FROM cash
    CROSS JOIN recent
)
SELECT company.currency, figures.cash, figures.run_rate, figures.burn, figures.has_payroll,
       CASE WHEN figures.has_payroll AND figures.burn > 0 THEN CAST(figures.cash AS DOUBLE) / figures.burn END AS months,
       company.runway_months AS target
FROM company
CROSS JOIN figures
