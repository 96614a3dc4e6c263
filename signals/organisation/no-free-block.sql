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
-- calendar is read. It names a meeting between two pieces without which there would be one long enough: first of those
-- that the person called, then of the fewest people. Silent where fewer than three of the days are worked.
WITH left_free AS (
    SELECT person, day, greatest(starts_at, now()) AS starts_at, ends_at,
           (CAST(ends_at AS BIGINT) - CAST(greatest(starts_at, now()) AS BIGINT)) / 60000000 AS minutes,
           CASE WHEN row_number() OVER (PARTITION BY person, day ORDER BY starts_at) = 1 THEN 1 ELSE 0 END AS begins_day
    FROM free_blocks
    WHERE place <= 5 AND ends_at > now()
),
-- Each piece with the one after it on the day: what lies between may be a single meeting.
pieces AS (
    SELECT person, day, ends_at, minutes,
           lead(starts_at) OVER (PARTITION BY person, day ORDER BY starts_at)  AS next_at,
           lead(ends_at) OVER (PARTITION BY person, day ORDER BY starts_at)    AS next_ends_at,
           starts_at,
           max(minutes) OVER (PARTITION BY person)                             AS longest,
           sum(begins_day) OVER (PARTITION BY person)                          AS days,
           first_value(day) OVER (PARTITION BY person ORDER BY minutes DESC, starts_at) AS longest_day
    FROM left_free
),
weeks AS (
    SELECT pieces.person,
           min(pieces.longest)      AS longest,
           min(pieces.longest_day)  AS day,
           first_value(CONCAT('; without ', moved.title, ' on ', to_char(moved.day, '%a'), ' it would be ',
                              (CAST(pieces.next_ends_at AS BIGINT) - CAST(pieces.starts_at AS BIGINT)) / 60000000, ' minutes')
                       ORDER BY moved.title IS NULL, moved.is_organiser DESC, moved.people, moved.minutes, moved.starts_at) AS remedy,
           count(moved.title)       AS remedies
    FROM pieces
    LEFT JOIN attendances AS moved ON moved.person = pieces.person
                                  AND moved.starts_at = pieces.ends_at AND moved.ends_at = pieces.next_at
                                  AND moved.takes_time AND moved.title IS NOT NULL
                                  AND CAST(pieces.next_ends_at AS BIGINT) - CAST(pieces.starts_at AS BIGINT) >= $block_minutes * 60000000
    WHERE pieces.longest < $block_minutes AND pieces.days >= $block_days
    GROUP BY pieces.person
)
SELECT CONCAT(weeks.person, ' free time')                            AS subject,
       weeks.person                                                  AS owner,
       CAST(NULL AS DATE)                                            AS since,
       CAST(1 AS DOUBLE)                                             AS people,
       CAST($block_share AS DOUBLE)                                  AS share,
       coalesce(people.name, people.id)                              AS name,
       CAST($block_minutes AS BIGINT) || ' minutes'                  AS piece,
       weeks.longest || ' minutes'                                   AS longest,
       CONCAT(to_char(weeks.day, '%a'), ' ', weeks.day)              AS at,
       CASE WHEN weeks.remedies > 0 THEN weeks.remedy ELSE '' END    AS remedy
FROM weeks
JOIN people ON people.id = weeks.person
WHERE people."left" IS NULL OR people."left" >= current_date
