-- report: vendors
-- title: Vendors
-- layout: table
-- empty: no vendor is declared, and nobody was paid
-- declare: vendors, and books: a source of kind `ledger`, or a table of `ledger_entries`
--
-- What each vendor is declared to cost and what it was paid in the last year and in the one before, in the company's currency; when it renews and by when notice is to be
-- given; seats that are paid and were used in two months. Below, payees who were paid in three months or more of the last year and stand for no
-- declared vendor.
WITH paid AS (
    SELECT vendor, payee,
           sum(CASE WHEN day > current_date - 365 THEN amount END)                                       AS last_year,
           sum(CASE WHEN day <= current_date - 365 AND day > current_date - 730 THEN amount END)         AS year_before,
           max(day)                                                                                     AS last_day,
           count(DISTINCT CASE WHEN day > current_date - 365 THEN date_trunc('month', day) END)          AS months,
           count(*) FILTER (WHERE amount IS NULL)                                                       AS unknown
    FROM (SELECT vendor, CASE WHEN vendor IS NULL THEN payee END AS payee, day, amount
          FROM vendor_payments
          WHERE day <= current_date) AS payments
    GROUP BY vendor, payee
),
used AS (
    SELECT vendors.id AS vendor, count(*) AS listed, count(*) FILTER (WHERE seats.last_used_at >= current_date - $seat_idle_days) AS used
    FROM seats
    JOIN vendors ON lower(seats.product) IN (lower(vendors.id), lower(coalesce(vendors.name, '')), lower(coalesce(vendors.product, '')))
    GROUP BY vendors.id
),
every AS (
    SELECT 1 AS part, coalesce(vendors.name, vendors.id) AS vendor, coalesce(people.name, vendors.owner, 'nobody') AS owner,
           CAST(round(vendors.cost_per_year * exchange.value, 2) AS DECIMAL(18, 2)) AS a_year,
           paid.last_year, paid.year_before, paid.last_day,
           vendors.renews,
           CASE WHEN vendors.renews IS NOT NULL THEN vendors.renews - CAST(coalesce(vendors.notice, $notice_days) AS BIGINT) END AS notice_by,
           vendors.decision,
           coalesce(vendors.seats, used.listed) AS seats, used.used AS seats_used,
           concat_ws('; ',
               CASE WHEN paid.unknown > 0 THEN concat(paid.unknown, ' payments in a currency without a rate') END,
               CASE WHEN vendors.cost_per_year IS NOT NULL AND exchange.value IS NULL THEN 'its cost is in a currency without a rate' END,
               CASE WHEN paid.vendor IS NULL THEN 'no payment is known' END) AS note
    FROM vendors
    LEFT JOIN paid     ON paid.vendor = vendors.id
    LEFT JOIN people   ON people.id = vendors.owner
    LEFT JOIN used     ON used.vendor = vendors.id
    LEFT JOIN exchange ON exchange.currency = coalesce(vendors.cost_per_year_currency, '')
                      AND current_date >= exchange.first_day AND current_date < exchange.next_day
    UNION ALL
    SELECT 2, payee, CAST(NULL AS VARCHAR), CAST(NULL AS DECIMAL(18, 2)), last_year, year_before, last_day,
           CAST(NULL AS DATE), CAST(NULL AS DATE), CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'not declared'
    FROM paid
    WHERE vendor IS NULL AND months >= 3
)
SELECT vendor, owner, a_year, last_year, year_before, last_day AS last_paid, renews, notice_by, decision, seats, seats_used, note
FROM every
ORDER BY part, last_year DESC NULLS LAST, vendor
