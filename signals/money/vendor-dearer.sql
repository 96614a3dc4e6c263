-- signal: vendor-dearer
-- duty: vendors
-- asks: hold it to the contract, or change the clause
-- says: {name} costs {rise} % more than a year before, and its contract allows {allowed} %
-- price: leaks
-- patience: 7d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM vendors WHERE price_rise IS NOT NULL LIMIT 1
-- declare: `price_rise` of vendors, the most that their price may rise in a year
-- first: did the price rise, or did we take more of it?
--
-- Looked at: the newest payment to a vendor, of the last hundred days, against the mean of those about a year before (315 to 415 days earlier), beyond what the
-- contract lets the price rise in a year. A bill that grew with the use of it looks the same: that is the first question. A per cent of
-- slack is for rounding and rates of exchange.
WITH newest AS (
    SELECT vendor, max(day) AS day
    FROM vendor_payments
    WHERE vendor IS NOT NULL AND amount > 0 AND day BETWEEN current_date - 100 AND current_date
    GROUP BY vendor
),
now_paid AS (
    SELECT newest.vendor, newest.day, avg(CAST(payments.amount AS DOUBLE)) AS amount
    FROM newest
    JOIN vendor_payments AS payments ON payments.vendor = newest.vendor AND payments.day = newest.day AND payments.amount > 0
    GROUP BY newest.vendor, newest.day
),
then_paid AS (
    SELECT newest.vendor, avg(CAST(payments.amount AS DOUBLE)) AS amount, count(*) AS payments
    FROM newest
    JOIN vendor_payments AS payments ON payments.vendor = newest.vendor AND payments.amount > 0
                                    AND payments.day BETWEEN newest.day - 415 AND newest.day - 315
    GROUP BY newest.vendor
)
SELECT 'vendor ' || vendors.id                                              AS subject,
       vendors.owner                                                        AS owner,
       now_paid.day                                                         AS since,
       (now_paid.amount - then_paid.amount * (1 + vendors.price_rise)) * CASE WHEN then_paid.payments > 1 THEN 12 ELSE 1 END / 365 AS amount_per_day,
       company.currency                                                     AS currency,
       vendors.id                                                           AS vendor,
       coalesce(vendors.name, vendors.id)                                   AS name,
       CAST(round(100 * (now_paid.amount / then_paid.amount - 1)) AS BIGINT) AS rise,
       CAST(round(100 * vendors.price_rise) AS BIGINT)                      AS allowed
FROM now_paid
JOIN then_paid ON then_paid.vendor = now_paid.vendor
JOIN vendors   ON vendors.id = now_paid.vendor
CROSS JOIN company
WHERE now_paid.amount > then_paid.amount * (1.01 + vendors.price_rise)
