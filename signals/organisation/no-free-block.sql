-- signal: no-free-block
-- duty: focus-time
-- asks: move or leave one meeting, and keep the time
-- says: the next five working days of {name} have no {piece} in one piece; the longest is {longest} on {at}{remedy}
-- price: waits
-- patience: 2d
-- minutes: 5
-- audience: person
-- needs: SELECT 1 FROM free_blocks LIMIT 1
-- declare: a source of kind `calendar` whose calendar is called as an address of its owner; working hours (`working_day_begins`)
-- first: which of these meetings needs them?
--
-- Looked at: what is left free of the working hours of the next five working days, from now on, of each person whose own
-- calendar is read. It names a meeting without which there would be such a piece: of those that the person can move alone
-- first, then of the fewest. Silent where fewer than three of the days are worked, and without a
-- meeting in them.
WITH left_free AS (
    SELECT person, day, place, starts_at, ends_at, zone,
           (CAST(ends_at AS BIGINT) - CAST(greatest(starts_at, now()) AS BIGINT)) / 60000000 AS minutes
    FROM free_blocks
    WHERE place <= 5 AND ends_at > now()
),
weeks AS (
    SELECT person,
           count(DISTINCT day)                                        AS days,
           max(minutes)                                               AS longest,
           first_value(day ORDER BY minutes DESC, starts_at)          AS day,
           min(day)                                                   AS first_day,
           max(day)                                                   AS last_day
    FROM left_free
    GROUP BY person
    HAVING max(minutes) < $block_minutes AND count(DISTINCT day) >= $block_days
),
meetings_between AS (
    SELECT attendances.person, attendances.title, attendances.day, attendances.minutes,
           coalesce(before.minutes, 0) + attendances.minutes + coalesce(after.minutes, 0) AS joined,
           row_number() OVER (PARTITION BY attendances.person
                              ORDER BY CASE WHEN attendances.is_organiser OR attendances.kind = 'alone' THEN 0 ELSE 1 END,
                                       attendances.people, attendances.minutes, attendances.starts_at) AS place
    FROM attendances
    JOIN weeks                    ON weeks.person = attendances.person
                                 AND attendances.day BETWEEN weeks.first_day AND weeks.last_day
    LEFT JOIN left_free AS before ON before.person = attendances.person AND before.ends_at = attendances.starts_at
    LEFT JOIN left_free AS after  ON after.person = attendances.person AND after.starts_at = attendances.ends_at
    WHERE attendances.takes_time
      AND attendances.starts_at > now()
      AND attendances.title IS NOT NULL
      AND coalesce(before.minutes, 0) + attendances.minutes + coalesce(after.minutes, 0) >= $block_minutes
      AND (before.minutes IS NOT NULL OR after.minutes IS NOT NULL)
),
booked AS (
    SELECT weeks.person, count(*) AS meetings
    FROM weeks
    JOIN attendances ON attendances.person = weeks.person AND attendances.takes_time
                    AND attendances.day BETWEEN weeks.first_day AND weeks.last_day
    GROUP BY weeks.person
)
SELECT CONCAT(weeks.person, ' free time')                                  AS subject,
       weeks.person                                                        AS owner,
       CAST(NULL AS DATE)                                                  AS since,
       CAST(1 AS DOUBLE)                                                   AS people,
       CAST($block_share AS DOUBLE)                                        AS share,
       coalesce(people.name, people.id)                                    AS name,
       CAST($block_minutes AS BIGINT) || ' minutes'                        AS piece,
       weeks.longest || ' minutes'                                         AS longest,
       CONCAT(to_char(weeks.day, '%a'), ' ', weeks.day)                    AS at,
       CASE WHEN moved.title IS NULL THEN ''
            ELSE CONCAT('; without ', moved.title, ' on ', to_char(moved.day, '%a'), ' it would be ', moved.joined, ' minutes') END AS remedy
FROM weeks
JOIN people                          ON people.id = weeks.person
JOIN booked                          ON booked.person = weeks.person
LEFT JOIN meetings_between AS moved  ON moved.person = weeks.person AND moved.place = 1
WHERE people."left" IS NULL OR people."left" >= current_date
