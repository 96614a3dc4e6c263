-- signal: large-meeting
-- duty: focus-time
-- asks: ask fewer, or write down what it decides
-- says: {title} took {hours} hours of {people_asked} people in {times} times since {day}; no decision record is of one of its days
-- folds: {count} large meetings of {name} have left no decision record
-- price: waits
-- patience: 20d
-- minutes: 15
-- audience: person
-- needs: SELECT 1 FROM decisions WHERE date >= current_date - $quarter_days HAVING count(*) >= $large_meeting_records
-- declare: decision records with a date, and a source of kind `calendar`
-- first: is it there to decide, or to tell?
--
-- Looked at: series of more than eight people that took place three times or more in the last quarter and go
-- on. What happens in a meeting cannot be seen. What can be: whether any decision record bears the
-- date of one of its days or of the day after. So this speaks only where decisions are being recorded, and
-- never of gatherings of more than thirty, which are there to tell. It goes to who called it.
WITH held AS (
    SELECT attendances.person, attendances.uid,
           count(*)                                                              AS times,
           sum(attendances.people * attendances.minutes) / 60                    AS hours,
           min(attendances.day)                                                  AS day,
           last_value(attendances.people ORDER BY attendances.starts_at)         AS heads,
           last_value(attendances.title ORDER BY attendances.starts_at)          AS title,
           avg(attendances.minutes)                                              AS minutes
    FROM attendances
    WHERE attendances.is_organiser AND attendances.is_recurring
      AND NOT attendances.is_private AND NOT attendances.is_all_day
      AND attendances.people BETWEEN $meeting_large + 1 AND $large_meeting_most
      AND attendances.day >= current_date - $quarter_days
      AND attendances.ends_at <= now()
    GROUP BY attendances.person, attendances.uid
    HAVING count(*) >= $large_meeting_times
),
deciding AS (
    SELECT DISTINCT attendances.uid
    FROM attendances
    JOIN (SELECT date AS day FROM decisions UNION ALL SELECT date - 1 FROM decisions) AS decided ON decided.day = attendances.day
    WHERE attendances.is_organiser AND attendances.is_recurring
),
going_on AS (
    SELECT uid, max(people) AS heads FROM attendances WHERE is_organiser AND starts_at > now() GROUP BY uid
)
SELECT CONCAT(held.person, ' large ', held.uid)          AS subject,
       held.person                                       AS owner,
       CAST(NULL AS DATE)                                AS since,
       CAST(held.heads - $meeting_large AS DOUBLE)       AS people,
       -- Hours of each over the working days of the quarter.
       held.times * held.minutes / 60.0 / 65 / 8         AS share,
       coalesce(held.title, 'a meeting')                 AS title,
       held.hours                                        AS hours,
       held.heads                                        AS people_asked,
       held.times                                        AS times,
       held.day                                          AS day,
       coalesce(people.name, people.id)                  AS name
FROM held
JOIN people        ON people.id = held.person AND (people."left" IS NULL OR people."left" >= current_date)
JOIN going_on      ON going_on.uid = held.uid AND going_on.heads > $meeting_large
LEFT JOIN deciding ON deciding.uid = held.uid
WHERE deciding.uid IS NULL
  AND (SELECT count(*) FROM decisions WHERE date >= current_date - $quarter_days) >= $large_meeting_records
