-- The talks of managers with those who report to them: when the last one was and when the next one is.
--
-- A talk is a meeting of the two alone that neither of them declined. Dates only: what it was about, or
-- how it is called, is nobody else's business. `every_days` is how far apart they usually were in the half
-- year before the last one; null with fewer than three.
WITH met AS (
    SELECT people.reports_to AS manager, people.id AS report, own.uid, own.instance,
           own.day, own.ends_at > now() AS is_ahead
    FROM people
    JOIN attendances AS own   ON own.person = people.id AND own.invited = 2 AND NOT own.is_all_day
    JOIN attendances AS other ON other.person = people.reports_to
                             AND other.uid = own.uid AND other.instance = own.instance
    WHERE coalesce(own.answer, '') <> 'declined' AND coalesce(other.answer, '') <> 'declined'
      AND own.outsiders = 0
),
pairs AS (
    SELECT manager, report,
           max(CASE WHEN NOT is_ahead THEN day END) AS last_day,
           min(CASE WHEN is_ahead THEN day END)     AS next_day
    FROM met
    GROUP BY manager, report
),
habits AS (
    SELECT pairs.manager, pairs.report, count(DISTINCT met.day) AS times, min(met.day) AS first_day
    FROM pairs
    JOIN met ON met.manager = pairs.manager AND met.report = pairs.report AND NOT met.is_ahead
            AND met.day >= pairs.last_day - 182
    GROUP BY pairs.manager, pairs.report
)
SELECT pairs.manager,
       pairs.report,
       pairs.last_day,
       pairs.next_day,
       CASE WHEN habits.times >= 3 THEN (pairs.last_day - habits.first_day) / (habits.times - 1) END AS every_days
FROM pairs
LEFT JOIN habits ON habits.manager = pairs.manager AND habits.report = pairs.report
