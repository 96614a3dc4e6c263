-- kept: yes
--
-- How each line of the budget that runs today stands, in the company's currency.
--
-- `planned` is the amount of all its periods, `spent` what fell to it up to today, `committed` what is bound to come: open invoices, and
-- renewals of its vendors until its end that nobody decided to cancel. `likely` is the forecast at its end: whole
-- months as they were, the rest at their mean, yearly bills once, and renewals. `low` and `high` hold the
-- truth in eight of ten cases if coming months scatter as those that were: the prediction interval of a sum of normal months,
-- their variance shrunk towards an assumed one (`budget_spread`) that weighs as two months, so that three months do not look sure.
-- Where no month is whole yet, nothing was spent, or a cost is unknown for want of a rate, nothing is forecast.
--
-- `variance` is what was spent beyond an even pace. Of it, `by_time` is yearly bills paid for days to come; `by_price` and `by_volume` compare
-- what a unit cost, and how many there were, with the line's `quantity` (days from time sheets, or seats); without one, `by_price` is yearly
-- bills against what the vendors are declared to cost. What is left is `unexplained`.
WITH sums AS (
    SELECT line, sum(amount) AS spent, sum(exact) AS exact, count(*) FILTER (WHERE amount IS NULL) AS unknown, bool_or(is_assumed) AS is_assumed,
           sum(CASE WHEN is_yearly THEN amount END) AS yearly,
           sum(CASE WHEN NOT is_yearly AND costs.day < books_until.day THEN amount END) AS told
    FROM line_costs AS costs
    CROSS JOIN books_until
    GROUP BY line
),
whole_months AS (
    SELECT lines.line, CAST(date_trunc('month', CAST(date_trunc('month', lines.first_day) AS DATE) + CAST(steps.value * 30.4375 + 15 AS INT)) AS DATE) AS month
    FROM running_budget AS lines
    CROSS JOIN generate_series(0, 60) AS steps
),
regular AS (
    SELECT months.line, months.month, coalesce(sum(CASE WHEN NOT costs.is_yearly THEN costs.amount END), 0) AS amount
    FROM whole_months AS months
    CROSS JOIN books_until
    LEFT JOIN line_costs AS costs ON costs.line = months.line AND CAST(date_trunc('month', costs.day) AS DATE) = months.month
    JOIN running_budget AS lines ON lines.line = months.line
    WHERE months.month < books_until.day AND months.month >= lines.first_day
    GROUP BY months.line, months.month
),
pace AS (
    SELECT line, count(*) AS months, avg(amount) AS mean, coalesce(stddev(amount), 0) AS spread
    FROM regular
    GROUP BY line
),
-- What is known of each vendor beside its payments: open invoices, and seats.
asked AS (
    SELECT payees.vendor, sum(CAST(invoices.amount AS DOUBLE) * CAST(exchange.value AS DOUBLE)) AS amount
    FROM invoices
    JOIN vendor_payees AS payees ON payees.payee = invoices.payee
    LEFT JOIN exchange ON exchange.currency = invoices.amount_currency
                      AND invoices.due >= exchange.first_day AND invoices.due < exchange.next_day
    WHERE invoices.paid IS NULL
    GROUP BY payees.vendor
),
seated AS (
    SELECT vendors.id AS vendor, CAST(count(*) AS DOUBLE) AS seats
    FROM vendors
    JOIN seats ON lower(seats.product) IN (lower(vendors.id), lower(coalesce(vendors.name, '')), lower(coalesce(vendors.product, '')))
    GROUP BY vendors.id
),
line_vendors AS (
    SELECT line, vendor, bool_or(is_monthly) AS is_monthly, max(yearly) AS yearly
    FROM (SELECT line, unnest(vendors) AS vendor, CAST(NULL AS BOOLEAN) AS is_monthly, CAST(NULL AS DOUBLE) AS yearly
          FROM running_budget
          UNION ALL
          SELECT line, vendor, NOT is_yearly, CASE WHEN is_yearly THEN amount END
          FROM line_costs
          WHERE vendor IS NOT NULL) AS every
    GROUP BY line, vendor
),
bound AS (
    SELECT own.line,
           sum(CASE WHEN vendors.renews > current_date AND vendors.renews <= lines.last_day AND coalesce(vendors.decision, '') <> 'cancel' AND NOT coalesce(own.is_monthly, false)
                    THEN CAST(vendors.cost_per_year AS DOUBLE) * CAST(exchange.value AS DOUBLE) END)                  AS renewals,
           sum(own.yearly - CAST(vendors.cost_per_year AS DOUBLE) * CAST(exchange.value AS DOUBLE))                   AS dearer,
           sum(asked.amount)                                                                                          AS invoiced,
           sum(seated.seats)                                                                                          AS seats
    FROM line_vendors AS own
    JOIN running_budget AS lines ON lines.line = own.line
    JOIN vendors ON vendors.id = own.vendor
    LEFT JOIN asked    ON asked.vendor = own.vendor
    LEFT JOIN seated   ON seated.vendor = own.vendor
    LEFT JOIN exchange ON exchange.currency = coalesce(vendors.cost_per_year_currency, '')
                      AND current_date >= exchange.first_day AND current_date < exchange.next_day
    GROUP BY own.line
),
worked AS (
    SELECT lines.line, sum(entries.hours) / $hours_per_day AS days
    FROM running_budget AS lines
    JOIN time_entries AS entries ON entries.day BETWEEN lines.first_day AND current_date
    LEFT JOIN declared_logins AS who ON who.login = lower(entries.person)
    LEFT JOIN person_teams ON person_teams.person = who.person
    WHERE array_has(lines.projects, entries.project) OR array_has(lines.teams, person_teams.team)
    GROUP BY lines.line
),
figures AS (
    SELECT lines.*,
           -- Where all that fell to it is unknown, so is the sum; where no books are read, nothing is known at all.
           CASE WHEN sums.line IS NULL AND books.are_read THEN 0 ELSE sums.spent END             AS spent,
           CASE WHEN sums.line IS NULL AND books.are_read THEN CAST(0 AS DECIMAL(18, 2)) ELSE CAST(sums.exact AS DECIMAL(18, 2)) END AS exact,
           coalesce(sums.unknown, 0)                                                            AS unknown,
           coalesce(sums.is_assumed, false)                                                     AS is_assumed,
           coalesce(sums.yearly, 0)                                                             AS yearly,
           coalesce(bound.renewals, 0)                                                          AS renewals,
           bound.dearer,
           bound.invoiced,
           CAST(current_date - lines.first_day + 1 AS DOUBLE) / (lines.last_day - lines.first_day + 1) AS elapsed,
           coalesce(pace.months, 0)                                                             AS months,
           pace.mean, coalesce(sums.told, 0) AS told, sums.line IS NOT NULL AS is_used,
           sqrt((2 * power($budget_spread * pace.mean, 2) + (pace.months - 1) * power(pace.spread, 2)) / (pace.months + 1)) AS scatter,
           greatest((lines.last_day + 1 - greatest(books_until.day, lines.first_day)) / 30.4375, 0) AS ahead,
           CASE lines.unit WHEN 'days' THEN worked.days WHEN 'seats' THEN bound.seats * (current_date - lines.first_day + 1) / (lines.last_day - lines.first_day + 1) END AS taken
    FROM running_budget AS lines
    CROSS JOIN books_until
    CROSS JOIN (SELECT count(*) > 0 AS are_read FROM (SELECT source FROM ledger_entries UNION ALL SELECT source FROM cloud_costs) AS entries) AS books
    LEFT JOIN sums     ON sums.line = lines.line
    LEFT JOIN pace     ON pace.line = lines.line
    LEFT JOIN bound    ON bound.line = lines.line
    LEFT JOIN worked   ON worked.line = lines.line
),
forecasts AS (
    SELECT figures.*,
           CASE WHEN months > 0 AND is_used AND unknown = 0 THEN greatest(spent, told + yearly + ahead * mean) + renewals END AS likely,
           -- Of a sum of `ahead` months, around a mean that is itself of `months`; 1.2816 is the normal quantile of 0.9, wider where few months tell it (Cornish-Fisher).
           (1.2816 + 0.8466 / (months + 1)) * scatter * sqrt(ahead + ahead * ahead / months)      AS reach,
           CASE WHEN unknown = 0 THEN spent - planned * elapsed END                              AS variance,
           CASE WHEN yearly > 0 THEN yearly * (1 - elapsed) END                                  AS by_time
    FROM figures
),
explained AS (
    SELECT forecasts.*,
           CASE WHEN quantity > 0 AND taken > 0 THEN (spent - coalesce(by_time, 0)) - taken * planned / quantity
                WHEN quantity IS NULL THEN dearer * elapsed END                                  AS by_price,
           CASE WHEN quantity > 0 AND taken IS NOT NULL THEN (taken - quantity * elapsed) * planned / quantity END AS by_volume
    FROM forecasts
)
SELECT line, name, owner, kind, first_day, last_day, file, place,
       (SELECT max(currency) FROM company)                         AS currency,
       CAST(round(planned, 2) AS DECIMAL(18, 2)) AS planned, least, most, exact AS spent, unknown, is_assumed, elapsed,
       coalesce(invoiced, 0) + renewals                            AS committed,
       months                                                      AS whole_months,
       CASE WHEN likely IS NOT NULL THEN greatest(likely - reach, spent) END AS low,
       likely,
       likely + reach                                              AS high,
       variance, by_price, by_volume, by_time,
       variance - coalesce(by_price, 0) - coalesce(by_volume, 0) - coalesce(by_time, 0) AS unexplained
FROM explained
