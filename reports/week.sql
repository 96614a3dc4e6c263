-- report: week
-- title: Where the week went, and what is free of the next
-- layout: table
-- since: 7d
-- empty: nothing is known of the reader's time
-- declare: `me` of the company, and a source of kind `calendar` whose calendar is called as their address
--
-- A reader's own time since a day, in whole hours: meetings by kind, and what reviews, code and writing
-- took by estimate, against what they mean to give to it (`time_budgets`); what they handed over, and took back; the
-- pieces of two hours and more that were left; and the next five working days, with the longest piece of each on
-- the clocks of the reader. docs/calendar.md has the rules. Of others only teams are shown, as averages, where
-- three or more of their calendars are read.
WITH reader AS (
    SELECT $reader AS person
),
spent AS (
    SELECT time_spent.kind,
           sum(time_spent.times) AS times, sum(time_spent.minutes) AS minutes, bool_or(time_spent.is_estimate) AS is_estimate
    FROM time_spent
    JOIN reader ON reader.person = time_spent.person
    WHERE time_spent.day >= $since AND time_spent.day <= current_date
    GROUP BY time_spent.kind
),
budgets AS (
    SELECT time_budgets.kind, time_budgets.hours * greatest(current_date - $since, 1) / 7.0 AS hours
    FROM time_budgets
    JOIN reader ON reader.person = time_budgets.person
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
    SELECT team_members.*
    FROM team_members
    JOIN (SELECT DISTINCT person FROM calendars) AS read ON read.person = team_members.person
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
    -- Of what there is a budget for and nothing was seen, it is said that nothing was seen.
    SELECT 1 AS part, CAST(kinds.place AS BIGINT) AS place, kinds.words AS what,
           CAST(round(spent.minutes / 60) AS BIGINT) AS hours, CAST(round(budgets.hours) AS BIGINT) AS budget, spent.times AS times,
           CASE WHEN spent.kind IS NULL THEN 'nothing seen' WHEN spent.is_estimate THEN 'estimated' ELSE '' END AS note
    FROM time_kinds AS kinds
    LEFT JOIN spent   ON spent.kind = kinds.kind
    LEFT JOIN budgets ON budgets.kind = kinds.kind
    WHERE spent.kind IS NOT NULL OR budgets.kind IS NOT NULL
    UNION ALL
    SELECT 2, 1, 'rows of a brief', CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), count(*),
           CONCAT(count(taken_back_at), ' taken back',
                  coalesce(': ' || string_agg(CASE WHEN taken_back_at IS NOT NULL THEN CONCAT(signal, ', from ', "to") END, '; ' ORDER BY at), ''))
    FROM delegations
    JOIN reader ON reader.person = delegations."by"
    WHERE delegations.at >= $since
    HAVING count(*) > 0
    UNION ALL
    SELECT 3, 1, 'free in pieces of ' || CAST($block_minutes AS BIGINT) || ' minutes and more',
           CAST(round(coalesce(sum(CASE WHEN pieces.minutes >= $block_minutes THEN pieces.minutes END), 0) / 60.0) AS BIGINT), NULL,
           count(CASE WHEN pieces.minutes >= $block_minutes THEN 1 END),
           CONCAT('free hours in all: ', CAST(round(sum(pieces.minutes) / 60.0) AS BIGINT), ', days: ', count(DISTINCT pieces.day))
    FROM pieces
    JOIN reader ON reader.person = pieces.person
    HAVING count(*) > 0
    UNION ALL
    SELECT 4, CAST(ahead.day - current_date AS BIGINT), CONCAT(to_char(ahead.day, '%a'), ' ', ahead.day),
           CAST(round(coalesce(met.minutes, 0) / 60.0) AS BIGINT), NULL, coalesce(met.times, 0),
           CONCAT('longest free piece ',
                  to_char(arrow_cast(CAST(ahead.starts_at AS BIGINT) + coalesce(ahead.ahead, 0) * 60000000, 'Timestamp(Microsecond, None)'), '%H:%M'), '-',
                  to_char(arrow_cast(CAST(ahead.ends_at AS BIGINT) + coalesce(ahead.ahead, 0) * 60000000, 'Timestamp(Microsecond, None)'), '%H:%M'))
    FROM ahead
    LEFT JOIN met ON met.day = ahead.day
    WHERE ahead.longest = 1
    UNION ALL
    SELECT 4, CAST(met.day - current_date AS BIGINT), CONCAT(to_char(met.day, '%a'), ' ', met.day),
           CAST(round(met.minutes / 60.0) AS BIGINT), NULL, met.times, 'no working time is free'
    FROM met
    LEFT JOIN ahead ON ahead.day = met.day
    WHERE ahead.day IS NULL AND met.last <= date_part('epoch', now()) + 518400
    UNION ALL
    SELECT 5, 1, crews.team_name,
           CAST(round(coalesce(team_time.minutes, 0) / 60.0 / crews.people) AS BIGINT), NULL, CAST(NULL AS BIGINT),
           CONCAT('in meetings, each of ', crews.people, '; ',
                  round(coalesce(team_pieces.pieces, 0) * 1.0 / crews.people, 1), ' free pieces of ',
                  CAST($block_minutes AS BIGINT), ' minutes and more')
    FROM crews
    LEFT JOIN team_time   ON team_time.team = crews.team
    LEFT JOIN team_pieces ON team_pieces.team = crews.team
)
SELECT CASE part WHEN 1 THEN 'went' WHEN 2 THEN 'handed over' WHEN 3 THEN 'was free' WHEN 4 THEN 'ahead' ELSE 'teams' END AS section,
       what, hours, budget, times, note
FROM lines
ORDER BY part, place, what
