-- The talks of managers with those who report to them: when the last one was and when the next one is.
--
-- A talk is a meeting of the two alone that neither of them declined. Dates only: what it was about, or
-- how it is called, is nobody else's business. `every_days` is how far apart they usually were in the half
-- year before the last one; null with fewer than three.
WITH met AS (
    SELECT DISTINCT people.reports_to AS manager, people.id AS report, own.day, own.ends_at > now() AS is_ahead
    FROM people
    JOIN attendances AS own   ON own.person = people.id AND own.invited = 2 AND NOT own.is_all_day
    JOIN attendances AS other ON other.person = people.reports_to
                             AND other.uid = own.uid AND other.instance = own.instance
    WHERE coalesce(own.answer, '') <> 'declined' AND coalesce(other.answer, '') <> 'declined'
      AND own.outsiders = 0
),
dated AS (
    SELECT met.*,
           max(CASE WHEN NOT is_ahead THEN day END) OVER (PARTITION BY manager, report) AS last_day
    FROM met
)
SELECT manager,
       report,
       min(last_day)                              AS last_day,
       min(CASE WHEN is_ahead THEN day END)       AS next_day,
       CASE WHEN count(CASE WHEN NOT is_ahead AND day >= last_day - 182 THEN 1 END) >= 3
            THEN (min(last_day) - min(CASE WHEN NOT is_ahead AND day >= last_day - 182 THEN day END))
                 / (count(CASE WHEN NOT is_ahead AND day >= last_day - 182 THEN 1 END) - 1) END AS every_days
FROM dated
GROUP BY manager, report
