-- What fell to each line of the budget that runs today in each of its whole months, without yearly bills, and
-- the range of a month: that of the line, or a quarter around its amount where none is declared.
WITH lines AS (
    SELECT running_budget.*, (last_day - first_day + 1) / 30.4375 AS months
    FROM running_budget
),
months AS (
    SELECT lines.line, CAST(date_trunc('month', CAST(date_trunc('month', lines.first_day) AS DATE) + CAST(steps.value * 30.4375 + 15 AS INT)) AS DATE) AS month
    FROM lines
    CROSS JOIN generate_series(0, 60) AS steps
),
sums AS (
    SELECT line, CAST(date_trunc('month', day) AS DATE) AS month, sum(CASE WHEN NOT is_yearly THEN amount END) AS amount,
           sum(count(*) - count(amount)) OVER (PARTITION BY line) AS unknown
    FROM line_costs
    GROUP BY line, CAST(date_trunc('month', day) AS DATE)
)
SELECT lines.line, lines.name, lines.owner, company.currency, months.month,
       coalesce(sums.amount, 0)                                                       AS amount,
       coalesce(lines.least, lines.planned * (1 - $budget_month_range)) / lines.months AS least,
       coalesce(lines.most, lines.planned * (1 + $budget_month_range)) / lines.months  AS most,
       months.month < books_until.day                                                 AS is_complete
FROM lines
CROSS JOIN company
CROSS JOIN books_until
JOIN months ON months.line = lines.line AND months.month >= lines.first_day AND months.month <= current_date
LEFT JOIN sums ON sums.line = lines.line AND sums.month = months.month
WHERE lines.planned IS NOT NULL AND coalesce(sums.unknown, 0) = 0
