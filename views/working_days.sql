-- kept: yes
--
-- The working days of each person, of the past four weeks and the next ten: from when to when.
--
-- Monday to Friday, or their own weekdays, without the company's holidays, from their first day to their last; past ones on which the
-- person was away are there too and say so. The hours are the assumed ones (`working_day_begins`, `working_day_ends`) on the clocks of their
-- own zone, else of the company's, else of UTC. Who works part of a week and names
-- no weekdays is taken to be there on all days.
WITH hours AS (
    SELECT CONCAT('T', lpad(CAST(CAST(floor(begins) AS BIGINT) AS VARCHAR), 2, '0'), ':',
                  lpad(CAST(CAST(round((begins - floor(begins)) * 60) AS BIGINT) AS VARCHAR), 2, '0'), ':00 ') AS begins,
           CONCAT('T', lpad(CAST(CAST(floor(ends) AS BIGINT) AS VARCHAR), 2, '0'), ':',
                  lpad(CAST(CAST(round((ends - floor(ends)) * 60) AS BIGINT) AS VARCHAR), 2, '0'), ':00 ')     AS ends
    FROM (SELECT CAST($working_day_begins AS DOUBLE) AS begins, CAST($working_day_ends AS DOUBLE) AS ends) AS told
),
holidays AS (
    SELECT DISTINCT TRY_CAST(day AS DATE) AS day FROM (SELECT unnest(holidays) AS day FROM company) AS listed
),
zoned AS (
    SELECT person, joined, last_day, zone, weekdays, current_date + ahead AS day
    FROM (SELECT id AS person, joined, "left" AS last_day, weekdays,
                 coalesce(timezone, (SELECT max(timezone) FROM company), 'UTC') AS zone,
                 unnest(generate_series(-28, 28))                              AS ahead
          FROM people
          WHERE NOT coalesce(is_bot, false)) AS own
),
there AS (
    SELECT zoned.person, zoned.zone, zoned.day, bool_or(absences.person IS NOT NULL) AS is_away
    FROM zoned
    LEFT JOIN holidays ON holidays.day = zoned.day
    LEFT JOIN absences ON absences.person = zoned.person
                      AND zoned.day BETWEEN absences."from" AND coalesce(absences."to", zoned.day)
    WHERE holidays.day IS NULL
      AND date_part('dow', zoned.day) BETWEEN 1 AND 5
      AND (coalesce(array_length(zoned.weekdays), 0) = 0
           OR array_has(zoned.weekdays, lower(trim(to_char(zoned.day, '%A')))))
      AND (zoned.joined IS NULL OR zoned.joined <= zoned.day)
      AND (zoned.last_day IS NULL OR zoned.last_day >= zoned.day)
    GROUP BY zoned.person, zoned.zone, zoned.day
),
-- Of a zone, a day begins once for everybody there.
begun AS (
    SELECT days.zone, days.day,
           arrow_cast(coalesce(TRY_CAST(CONCAT(days.day, hours.begins, days.zone) AS TIMESTAMP),
                               TRY_CAST(CONCAT(days.day, hours.begins, 'UTC') AS TIMESTAMP)),
                      'Timestamp(Microsecond, Some("UTC"))')        AS starts_at,
           arrow_cast(coalesce(TRY_CAST(CONCAT(days.day, hours.ends, days.zone) AS TIMESTAMP),
                               TRY_CAST(CONCAT(days.day, hours.ends, 'UTC') AS TIMESTAMP)),
                      'Timestamp(Microsecond, Some("UTC"))')        AS ends_at
    FROM (SELECT zone, day FROM zoned GROUP BY zone, day) AS days
    CROSS JOIN hours
),
counted AS (
    SELECT there.*,
           row_number() OVER (PARTITION BY person, day >= current_date ORDER BY day) AS place
    FROM there
    WHERE day < current_date OR NOT is_away
)
SELECT counted.person,
       counted.day,
       counted.zone,
       counted.is_away,
       -- Which of the days from today on it is; null for a past one.
       CASE WHEN counted.day >= current_date THEN counted.place END AS place,
       begun.starts_at,
       begun.ends_at
FROM counted
JOIN begun ON begun.zone = counted.zone AND begun.day = counted.day
WHERE counted.day < current_date OR counted.place <= 10
