-- What the people of a month cost by their declared rates, where no books say what they cost: days of the week that
-- they were there, times `rate`, or the company's `day_rate`. One sum for all, and none of fewer than
-- three people: nobody's rate is to be read from it. A rate in a currency without an exchange rate makes the
-- sum unknown. `is_known` is false where somebody has no rate.
WITH days AS (
    SELECT current_date - back.value AS day
    FROM generate_series(0, 372) AS back
),
weekdays AS (
    SELECT day, CAST(date_trunc('month', day) AS DATE) AS month
    FROM days
    WHERE date_part('dow', day) BETWEEN 1 AND 5
      AND day >= CAST(date_trunc('month', current_date - 340) AS DATE)
),
own AS (
    SELECT people.id, people.joined, people."left" AS last_day,
           coalesce(people.capacity,
                    CASE WHEN coalesce(array_length(people.weekdays), 0) > 0 THEN array_length(people.weekdays) / 5.0 END,
                    1.0)                                                     AS share,
           coalesce(people.rate, company.day_rate)                          AS rate,
           CASE WHEN people.rate IS NOT NULL THEN people.rate_currency ELSE company.day_rate_currency END AS currency
    FROM people
    CROSS JOIN company
    WHERE NOT coalesce(people.is_bot, false)
),
costs AS (
    SELECT weekdays.month, own.id,
           CAST(count(*) AS DECIMAL(10, 0)) * CAST(own.share AS DECIMAL(8, 4)) * own.rate * max(exchange.value) AS cost,
           own.rate IS NOT NULL AS has_rate
    FROM weekdays
    JOIN own ON (own.joined IS NULL OR own.joined <= weekdays.day) AND (own.last_day IS NULL OR own.last_day >= weekdays.day)
    LEFT JOIN exchange ON exchange.currency = coalesce(own.currency, '')
                      AND weekdays.day >= exchange.first_day AND weekdays.day < exchange.next_day
    GROUP BY weekdays.month, own.id, own.share, own.rate
)
SELECT month,
       count(*)                                                                            AS people,
       CASE WHEN count(*) >= 3 AND count(cost) = count(*) THEN CAST(round(sum(cost), 0) AS DECIMAL(18, 2)) END AS amount,
       bool_and(has_rate)                                                                  AS is_known
FROM costs
GROUP BY month
