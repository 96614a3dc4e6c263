-- signal: estimates-biased
-- duty: estimates
-- asks: find out what is forgotten each time, and put it into the next estimate
-- says: the last {count} finished pieces of {category} work took {times} times what was said, none of them less
-- price: slips
-- patience: 10d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM estimate_history LIMIT 1
-- declare: tasks or issues with estimates on which time is booked
-- first: what did they have in common?
--
-- Looked at: finished work that was estimated and booked, by its kind (never by person): the last three and more that took at least
-- a fifth longer than was said, without one between that did not, within a year. Three in a row come by chance once in
-- eight where half of the estimates are too low; the price of that is small, and so is this row's.
WITH finished AS (
    SELECT category, actual_days / estimate_days AS ratio, done, id,
           row_number() OVER (PARTITION BY category ORDER BY done DESC, id) AS place
    FROM estimate_history
    WHERE category IS NOT NULL AND done >= current_date - 365
),
first_good AS (
    SELECT category, min(place) AS place FROM finished WHERE ratio < 1.2 GROUP BY category
),
run AS (
    SELECT finished.category, count(*) AS count, avg(finished.ratio) AS ratio, max(finished.done) AS since
    FROM finished
    LEFT JOIN first_good ON first_good.category = finished.category
    WHERE first_good.place IS NULL OR finished.place < first_good.place
    GROUP BY finished.category
)
SELECT 'estimates ' || category            AS subject,
       CAST(NULL AS VARCHAR)               AS owner,
       since,
       least(1.0, 1 - 1 / ratio)           AS probability,
       CAST(NULL AS DOUBLE)                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       category,
       count,
       round(ratio, 1)                     AS times
FROM run
WHERE count >= 3
