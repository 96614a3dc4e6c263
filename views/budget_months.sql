-- What fell to each line of the budget that runs today in each of its whole months, without yearly bills, and
-- the range of a month: that of the line, or a quarter around its amount where none is declared.
WITH lines AS (
    SELECT status.line, status.name, status.owner, status.currency, status.first_day,
           (status.last_day - status.first_day + 1) / 30.4375 AS months,
           CAST(status.planned AS DOUBLE) AS planned, status.least, status.most
    FROM budget_status AS status
    WHERE status.planned IS NOT NULL AND status.unknown = 0
),
months AS (
    SELECT lines.line, CAST(date_trunc('month', CAST(date_trunc('month', lines.first_day) AS DATE) + CAST(steps.value * 30.4375 + 15 AS INT)) AS DATE) AS month
    FROM lines
    CROSS JOIN generate_series(0, 60) AS steps
)
SELECT lines.line, lines.name, lines.owner, lines.currency, months.month,
       coalesce(sum(CASE WHEN NOT coalesce(payments.is_yearly, false) THEN CAST(spending.amount AS DOUBLE) END), 0) AS amount,
       coalesce(lines.least, lines.planned * (1 - $budget_month_range)) / lines.months AS least,
       coalesce(lines.most, lines.planned * (1 + $budget_month_range)) / lines.months  AS most,
       months.month < books_until.day                                                 AS is_complete
FROM lines
JOIN months ON months.line = lines.line AND months.month >= lines.first_day AND months.month <= current_date
CROSS JOIN books_until
LEFT JOIN spending ON spending.line = lines.line AND CAST(date_trunc('month', spending.day) AS DATE) = months.month
LEFT JOIN vendor_payments AS payments ON payments.source = spending.source AND payments.id = spending.id AND payments.day = spending.day
GROUP BY lines.line, lines.name, lines.owner, lines.currency, months.month, lines.least, lines.most, lines.planned, lines.months, books_until.day
