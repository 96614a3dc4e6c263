-- unit: hours hours
-- unit: meant hours
--
-- Your hours of each kind, by full weeks of the last half year, beside what you mean to give to it. Reviews, code and writing are estimates.
WITH own AS (
    SELECT kind, CAST(date_trunc('week', day) AS DATE) AS week, sum(minutes) / 60 AS hours
    FROM time_spent
    WHERE person = $about AND day < CAST(date_trunc('week', current_date) AS DATE) AND day >= CAST(date_trunc('week', current_date) AS DATE) - 175
    GROUP BY kind, CAST(date_trunc('week', day) AS DATE)
),
period AS (
    SELECT unnest(generate_series(CAST(min(week) AS TIMESTAMP), CAST(max(week) AS TIMESTAMP), INTERVAL '7 days')) AS week FROM own
)
SELECT kinds.words AS kind, CAST(period.week AS DATE) AS monday, coalesce(own.hours, 0) AS hours, budgets.hours AS meant
FROM time_kinds AS kinds
JOIN (SELECT DISTINCT kind FROM own) AS seen ON seen.kind = kinds.kind
CROSS JOIN period
LEFT JOIN own                     ON own.kind = kinds.kind AND own.week = CAST(period.week AS DATE)
LEFT JOIN time_budgets AS budgets ON budgets.kind = kinds.kind AND budgets.person = $about
ORDER BY kinds.place, monday
