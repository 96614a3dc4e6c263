-- What was spent in each month, in all: months that the books tell whole are `is_complete`. `unknown` counts costs in
-- currencies without a rate; they are in no sum. `income` is what flowed into accounts of income, and `payrolls` counts
-- costs that are somebody's pay.
WITH months AS (
    SELECT CAST(date_trunc('month', spending.day) AS DATE) AS month,
           sum(spending.amount)                                               AS spent,
           sum(CASE WHEN spending.is_assumed THEN spending.amount END)        AS assumed,
           count(*) FILTER (WHERE spending.amount IS NULL)                    AS unknown,
           count(*) FILTER (WHERE spending.origin = 'payroll' OR lines.kind = 'payroll'
                                  OR spending.account ~* 'payroll|salar|wages|gehalt|gehälter|l(o|ö)hne|lohn') AS payrolls
    FROM spending
    LEFT JOIN budget AS lines ON lines.id = spending.line
    WHERE spending.day <= current_date
    GROUP BY CAST(date_trunc('month', spending.day) AS DATE)
),
incomes AS (
    SELECT CAST(date_trunc('month', entries.day) AS DATE) AS month,
           sum(CAST(round(-coalesce(CASE WHEN entries.booked_currency = company.currency THEN entries.booked END,
                                    entries.amount * exchange.value), 2) AS DECIMAL(18, 2))) AS income
    FROM ledger_entries AS entries
    CROSS JOIN company
    LEFT JOIN exchange ON exchange.currency = entries.amount_currency
                      AND entries.day >= exchange.first_day AND entries.day < exchange.next_day
    WHERE entries.kind = 'income' AND entries.day <= current_date
    GROUP BY CAST(date_trunc('month', entries.day) AS DATE)
)
SELECT months.month,
       months.spent,
       months.assumed,
       incomes.income,
       months.unknown,
       months.payrolls,
       months.month < books_until.day AS is_complete
FROM months
CROSS JOIN books_until
LEFT JOIN incomes ON incomes.month = months.month
