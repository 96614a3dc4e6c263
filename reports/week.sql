-- report: week
-- title: Where the week went, and what is free of the next
-- layout: table
-- since: 7d
-- empty: nothing is known of the reader's time
-- declare: `me` of the company, and a source of kind `calendar` whose calendar is called as their address
--
-- A reader's own time since a day, in whole hours: meetings by kind, and what reviews, code and writing
-- took by estimate; the pieces of two hours and more that were left; and the next five working days,
-- with the longest piece of each on the clocks of the reader. docs/calendar.md has the rules. Of
-- others only teams are shown, as averages, where three or more of their calendars are read.
WITH reader AS (
    SELECT max(me) AS person FROM company
),
spent AS (
    SELECT time_spent.kind,
           CASE time_spent.kind WHEN 'one-to-one' THEN 1 WHEN 'team' THEN 2 WHEN 'large' THEN 3 WHEN 'outward' THEN 4
                                WHEN 'alone' THEN 5 WHEN 'review' THEN 6 WHEN 'code' THEN 7 ELSE 8 END AS place,
           sum(time_spent.times) AS times, sum(time_spent.minutes) AS minutes, bool_or(time_spent.is_estimate) AS is_estimate
    FROM time_spent
    JOIN reader ON reader.person = time_spent.person
    WHERE time_spent.day >= $since AND time_spent.day <= current_date
    GROUP BY time_spent.kind
),
-- What is over of the days, of today too.
pieces AS (
    SELECT free_blocks.person, free_blocks.day, free_blocks.minutes
    FROM free_blocks
    WHERE free_blocks.day >= $since AND free_blocks.ends_at <= now()
),
ahead AS (
    SELECT free_blocks.day, free_blocks.place,
           free_blocks.starts_at, free_blocks.ends_at, free_blocks.minutes, clocks.ahead,
           row_number() OVER (PARTITION BY free_blocks.day ORDER BY free_blocks.minutes DESC, free_blocks.starts_at) AS longest,
           sum(free_blocks.minutes) OVER (PARTITION BY free_blocks.day)                                              AS free
    FROM (SELECT person, day, place, zone, ends_at, greatest(starts_at, now()) AS starts_at,
                 (CAST(ends_at AS BIGINT) - CAST(greatest(starts_at, now()) AS BIGINT)) / 60000000 AS minutes
          FROM free_blocks WHERE place <= 5 AND ends_at > now()) AS free_blocks
    JOIN reader      ON reader.person = free_blocks.person
    LEFT JOIN clocks ON clocks.zone = free_blocks.zone AND clocks.day = free_blocks.day
),
met AS (
    SELECT attendances.day, count(*) AS times, sum(attendances.minutes) AS minutes,
           max(date_part('epoch', attendances.starts_at)) AS last
    FROM attendances
    JOIN reader ON reader.person = attendances.person
    WHERE attendances.takes_time AND attendances.kind <> 'alone' AND attendances.starts_at > now()
    GROUP BY attendances.day
),
members AS (
    SELECT DISTINCT own.team, own.team_name, own.member AS person
    FROM (SELECT id AS team, coalesce(name, id) AS team_name, unnest(members) AS member
          FROM teams WHERE until IS NULL OR until >= current_date
          UNION ALL
          SELECT id, coalesce(name, id), lead FROM teams WHERE until IS NULL OR until >= current_date) AS own
    JOIN (SELECT DISTINCT person FROM calendars) AS read ON read.person = own.member
    JOIN people ON people.id = own.member AND (people."left" IS NULL OR people."left" >= current_date)
),
crews AS (
    SELECT team, team_name, count(*) AS people FROM members GROUP BY team, team_name HAVING count(*) >= $crew_least
),
team_time AS (
    SELECT members.team, sum(time_spent.minutes) AS minutes
    FROM members
    JOIN time_spent ON time_spent.person = members.person
    WHERE time_spent.day >= $since AND time_spent.day <= current_date
      AND NOT time_spent.is_estimate AND time_spent.kind <> 'alone'
    GROUP BY members.team
),
team_pieces AS (
    SELECT members.team, count(*) AS pieces
    FROM members
    JOIN pieces ON pieces.person = members.person
    WHERE pieces.minutes >= $block_minutes
    GROUP BY members.team
),
lines AS (
    SELECT 1 AS part, place, CASE kind WHEN 'alone' THEN 'kept for oneself'
                                       WHEN 'team'  THEN 'team meetings'
                                       WHEN 'large' THEN 'large meetings'
                                       WHEN 'outward' THEN 'meetings outward'
                                       WHEN 'one-to-one' THEN 'one-to-ones'
                                       WHEN 'review' THEN 'reviews' ELSE kind END AS what,
           CAST(round(minutes / 60) AS BIGINT) AS hours, times,
           CASE WHEN is_estimate THEN 'estimated' ELSE '' END AS note
    FROM spent
    UNION ALL
    SELECT 2, 1, 'free in pieces of ' || CAST($block_minutes AS BIGINT) || ' minutes and more',
           CAST(round(coalesce(sum(CASE WHEN pieces.minutes >= $block_minutes THEN pieces.minutes END), 0) / 60.0) AS BIGINT),
           count(CASE WHEN pieces.minutes >= $block_minutes THEN 1 END),
           CONCAT('free hours in all: ', CAST(round(sum(pieces.minutes) / 60.0) AS BIGINT), ', days: ', count(DISTINCT pieces.day))
    FROM pieces
    JOIN reader ON reader.person = pieces.person
    HAVING count(*) > 0
    UNION ALL
    SELECT 3, CAST(ahead.day - current_date AS BIGINT), CONCAT(to_char(ahead.day, '%a'), ' ', ahead.day),
           CAST(round(coalesce(met.minutes, 0) / 60.0) AS BIGINT), coalesce(met.times, 0),
           CONCAT('longest free piece ',
                  to_char(arrow_cast(CAST(ahead.starts_at AS BIGINT) + coalesce(ahead.ahead, 0) * 60000000, 'Timestamp(Microsecond, None)'), '%H:%M'), '-',
                  to_char(arrow_cast(CAST(ahead.ends_at AS BIGINT) + coalesce(ahead.ahead, 0) * 60000000, 'Timestamp(Microsecond, None)'), '%H:%M'))
    FROM ahead
    LEFT JOIN met ON met.day = ahead.day
    WHERE ahead.longest = 1
    UNION ALL
    SELECT 3, CAST(met.day - current_date AS BIGINT), CONCAT(to_char(met.day, '%a'), ' ', met.day),
           CAST(round(met.minutes / 60.0) AS BIGINT), met.times, 'no working time is free'
    FROM met
    LEFT JOIN ahead ON ahead.day = met.day
    WHERE ahead.day IS NULL AND met.last <= date_part('epoch', now()) + 518400
    UNION ALL
    SELECT 4, 1, crews.team_name,
           CAST(round(coalesce(team_time.minutes, 0) / 60.0 / crews.people) AS BIGINT), CAST(NULL AS BIGINT),
           CONCAT('in meetings, each of ', crews.people, '; ',
                  round(coalesce(team_pieces.pieces, 0) * 1.0 / crews.people, 1), ' free pieces of ',
                  CAST($block_minutes AS BIGINT), ' minutes and more')
    FROM crews
    LEFT JOIN team_time   ON team_time.team = crews.team
    LEFT JOIN team_pieces ON team_pieces.team = crews.team
)
SELECT CASE part WHEN 1 THEN 'went' WHEN 2 THEN 'was free' WHEN 3 THEN 'ahead' ELSE 'teams' END AS section,
       what, hours, times, note
FROM lines
ORDER BY part, place, what
