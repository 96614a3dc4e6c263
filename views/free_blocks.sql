-- kept: yes
--
-- The free time of each person whose calendar is read: each stretch of a working day in which no
-- meeting takes their time, of the past four weeks and the next ten working days.
--
-- A day with a busy entry of all day (a leave, a workshop) is no working day here. What is not answered
-- yet takes no time. Of somebody whose own calendar is not read nothing is known, and nothing is said.
WITH readers AS (
    SELECT DISTINCT person FROM calendars WHERE person IS NOT NULL
),
whole AS (
    SELECT person, day,
           greatest(CAST(ceil((CAST(ends_at AS BIGINT) - CAST(starts_at AS BIGINT)) / 86400000000.0) AS BIGINT), 1) AS days
    FROM attendances
    WHERE is_all_day AND busy AND coalesce(attends, false)
),
days AS (
    SELECT working_days.*
    FROM working_days
    JOIN readers    ON readers.person = working_days.person
    LEFT JOIN whole ON whole.person = working_days.person
                   AND working_days.day >= whole.day AND working_days.day - whole.day < whole.days
    WHERE whole.person IS NULL AND NOT working_days.is_away
),
taken AS (
    SELECT days.person, days.day,
           greatest(meeting.starts_at, days.starts_at) AS starts_at,
           least(meeting.ends_at, days.ends_at)        AS ends_at
    FROM days
    JOIN (SELECT person, starts_at, ends_at FROM attendances
          WHERE takes_time AND ends_at >= current_date - 30 AND starts_at <= current_date + 30) AS meeting
      ON meeting.person = days.person AND meeting.starts_at < days.ends_at AND meeting.ends_at > days.starts_at
    UNION ALL
    -- The end of the day ends its last stretch.
    SELECT person, day, ends_at AS starts_at, ends_at AS last_at FROM days
),
gaps AS (
    SELECT taken.person, taken.day, taken.starts_at AS until_at,
           max(taken.ends_at) OVER (PARTITION BY taken.person, taken.day ORDER BY taken.starts_at, taken.ends_at
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS from_at
    FROM taken
)
SELECT gaps.person,
       gaps.day,
       days.place,
       days.zone,
       coalesce(gaps.from_at, days.starts_at)                                     AS starts_at,
       gaps.until_at                                                              AS ends_at,
       (CAST(gaps.until_at AS BIGINT) - CAST(coalesce(gaps.from_at, days.starts_at) AS BIGINT)) / 60000000 AS minutes
FROM gaps
JOIN days ON days.person = gaps.person AND days.day = gaps.day
WHERE gaps.until_at > coalesce(gaps.from_at, days.starts_at)
