-- What a unit of each currency is worth in the company's own, from a day up to the day before another: the
-- declared `rates`, and the company's currency at 1. Decimals, for amounts never pass through floats. An empty
-- currency is that of books which write none: the company's.
WITH own AS (
    SELECT max(currency) AS currency FROM company
),
declared AS (
    SELECT upper(coalesce(rates.currency, rates.id))              AS currency,
           CAST(rates.value AS DECIMAL(18, 8))                    AS value,
           coalesce(rates."from", DATE '1900-01-01')              AS first_day
    FROM rates
    CROSS JOIN own
    WHERE upper(coalesce(rates.currency, rates.id)) <> coalesce(own.currency, '')
)
SELECT currency,
       value,
       first_day,
       coalesce(lead(first_day) OVER (PARTITION BY currency ORDER BY first_day), DATE '2200-01-01') AS next_day
FROM declared
UNION ALL
SELECT currency, CAST(1 AS DECIMAL(18, 8)), DATE '1900-01-01', DATE '2200-01-01'
FROM own
WHERE currency IS NOT NULL
UNION ALL
SELECT '', CAST(1 AS DECIMAL(18, 8)), DATE '1900-01-01', DATE '2200-01-01'
FROM own
