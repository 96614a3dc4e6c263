-- report: time
-- title: Where the time goes
-- layout: table
-- since: 84d
-- empty: nothing is known of the reader's time
-- declare: `me` of the company, and a source of kind `calendar` whose calendar is called as their address
--
-- A reader's own time since a day: hours of each kind in all and a week, against what they mean to give to it
-- (`time_budgets`), and in the newer half of the days against the older one; what of it somebody else could own: the series that
-- took most, with who else of the reader's own people goes there, and small reviews that others could have given;
-- what they handed over, and took back; and, week by week of the last four, the free pieces of two hours and
-- more. Reviews, code and writing are estimates (docs/calendar.md). Of others only teams are shown, as averages, where three or more of their calendars are read.
WITH reader AS (
    SELECT $reader AS person
),
own AS (
    SELECT time_spent.*
    FROM time_spent
    JOIN reader ON reader.person = time_spent.person
    WHERE time_spent.day >= $since AND time_spent.day <= current_date
),
-- Of days before the first that anything is known of, nothing is known.
period AS (
    SELECT min(day) AS first_day, current_date - min(day) + 1 AS days,
           min(day) + (current_date - min(day) + 1) / 2 AS half_day
    FROM own
),
kinds AS (
    SELECT own.kind, bool_or(own.is_estimate) AS is_estimate, sum(own.times) AS times, sum(own.minutes) / 60 AS hours,
           sum(CASE WHEN own.day >= period.half_day THEN own.minutes ELSE 0 END) / 60
               / (current_date - min(period.half_day) + 1) * 7 AS late,
           sum(CASE WHEN own.day < period.half_day THEN own.minutes ELSE 0 END) / 60
               / greatest(min(period.half_day) - min(period.first_day), 1) * 7 AS early,
           min(period.days) AS days
    FROM own
    CROSS JOIN period
    GROUP BY own.kind
),
series AS (
    SELECT attendances.uid, last_value(attendances.title ORDER BY attendances.starts_at) AS title,
           min(attendances.organiser_person) AS organiser_person, bool_or(attendances.is_organiser) AS is_organiser,
           count(*) AS times, sum(attendances.minutes) / 60.0 AS hours, max(attendances.kind) AS kind
    FROM attendances
    JOIN reader ON reader.person = attendances.person
    WHERE attendances.takes_time AND attendances.is_recurring AND attendances.kind IN ('team', 'large', 'outward')
      AND attendances.title IS NOT NULL
      AND attendances.day >= $since AND attendances.ends_at <= now()
    GROUP BY attendances.uid
    ORDER BY sum(attendances.minutes) DESC, attendances.uid
    LIMIT 5
),
-- Who reports to the reader and goes there too could go alone.
others AS (
    SELECT series.uid, array_to_string(array_sort(array_agg(DISTINCT coalesce(people.name, people.id))), ', ') AS names,
           count(DISTINCT people.id) AS people
    FROM series
    JOIN attendances ON attendances.uid = series.uid AND attendances.takes_time AND attendances.day >= $since
    JOIN people      ON people.id = attendances.person
    JOIN reader      ON reader.person = people.reports_to
    WHERE people."left" IS NULL OR people."left" >= current_date
    GROUP BY series.uid
),
pieces AS (
    SELECT free_blocks.person, free_blocks.day, free_blocks.minutes,
           CAST(date_trunc('week', free_blocks.day) AS DATE) AS week
    FROM free_blocks
    WHERE free_blocks.day >= $since AND free_blocks.ends_at <= now()
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
    SELECT members.team,
           sum(time_spent.minutes) / 60 AS hours,
           sum(CASE WHEN time_spent.day >= middle.day THEN time_spent.minutes ELSE 0 END) / 60 AS late,
           sum(CASE WHEN time_spent.day < middle.day THEN time_spent.minutes ELSE 0 END) / 60  AS early,
           min(middle.day) AS half_day, min(time_spent.day) AS first_day
    FROM members
    JOIN time_spent ON time_spent.person = members.person
    CROSS JOIN (SELECT $since + (current_date - $since + 1) / 2 AS day) AS middle
    WHERE time_spent.day >= $since AND time_spent.day <= current_date
      AND NOT time_spent.is_estimate AND time_spent.kind <> 'alone'
    GROUP BY members.team
),
lines AS (
    SELECT 1 AS part, CAST(shown.place AS BIGINT) AS place, shown.words AS what,
           kinds.hours, CASE WHEN days >= 14 THEN kinds.hours / days * 7 END AS a_week, time_budgets.hours AS budget,
           CASE WHEN days >= 14 THEN late END AS late, CASE WHEN days >= 14 THEN early END AS early,
           CASE WHEN kinds.kind IS NULL THEN 'nothing seen' WHEN is_estimate THEN 'estimated' ELSE times || ' times' END AS note
    FROM time_kinds AS shown
    CROSS JOIN reader
    LEFT JOIN kinds        ON kinds.kind = shown.kind
    LEFT JOIN time_budgets ON time_budgets.kind = shown.kind AND time_budgets.person = reader.person
    WHERE kinds.kind IS NOT NULL OR time_budgets.kind IS NOT NULL
    UNION ALL
    SELECT 2, row_number() OVER (ORDER BY series.hours DESC, series.uid), series.title,
           series.hours, CASE WHEN period.days >= 14 THEN series.hours / period.days * 7 END, CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
           CONCAT(series.times, ' times',
                  CASE WHEN NOT series.is_organiser THEN coalesce('; called by ' || coalesce(caller.name, caller.id), '') ELSE '' END,
                  CASE WHEN others.people > 3 THEN CONCAT('; ', others.people, ' of your own go too')
                       WHEN others.people > 0 THEN CONCAT('; ', others.names, CASE others.people WHEN 1 THEN ' goes too' ELSE ' go too' END)
                       ELSE '' END)
    FROM series
    CROSS JOIN period
    LEFT JOIN others           ON others.uid = series.uid
    LEFT JOIN people AS caller ON caller.id = series.organiser_person
    UNION ALL
    SELECT 3, row_number() OVER (ORDER BY count(*) DESC, repo), CONCAT('small reviews in ', repo),
           count(*) * $review_minutes / 60.0, CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
           CONCAT(count(*), ' times; ', array_to_string(array_agg(DISTINCT coalesce(other.name, other.id)), ', '), ' know that code too')
    FROM (SELECT repo, number, unnest(others) AS other
          FROM small_reviews
          JOIN reader ON reader.person = small_reviews.person
          WHERE small_reviews.at >= $since) AS given
    JOIN people AS other ON other.id = given.other
    GROUP BY repo
    UNION ALL
    SELECT 4, 1, 'rows of a brief', CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
           CONCAT(count(*), ' times, ', count(taken_back_at), ' taken back')
    FROM delegations
    JOIN reader ON reader.person = delegations."by"
    WHERE delegations.at >= $since
    HAVING count(*) > 0
    UNION ALL
    SELECT 5, row_number() OVER (ORDER BY pieces.week), CONCAT('week of ', pieces.week),
           coalesce(sum(CASE WHEN pieces.minutes >= $block_minutes THEN pieces.minutes END), 0) / 60.0,
           CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
           CONCAT('pieces of ', CAST($block_minutes AS BIGINT), ' minutes and more: ',
                  count(CASE WHEN pieces.minutes >= $block_minutes THEN 1 END), ', days: ', count(DISTINCT pieces.day))
    FROM pieces
    JOIN reader ON reader.person = pieces.person
    GROUP BY pieces.week
    UNION ALL
    SELECT 6, 1, crews.team_name, team_time.hours / crews.people,
           team_time.hours / crews.people / (current_date - team_time.first_day + 1) * 7, CAST(NULL AS DOUBLE),
           team_time.late / crews.people / (current_date - team_time.half_day + 1) * 7,
           team_time.early / crews.people / greatest(team_time.half_day - team_time.first_day, 1) * 7,
           CONCAT('in meetings, each of ', crews.people)
    FROM crews
    JOIN team_time ON team_time.team = crews.team
)
SELECT CASE part WHEN 1 THEN 'went' WHEN 2 THEN 'series' WHEN 3 THEN 'could own' WHEN 4 THEN 'handed over'
                 WHEN 5 THEN 'was free' ELSE 'teams' END AS section,
       what,
       CAST(round(hours) AS BIGINT)  AS hours,
       CAST(round(a_week) AS BIGINT) AS a_week,
       CAST(round(budget) AS BIGINT) AS budget,
       CAST(round(early) AS BIGINT)  AS older_half,
       CAST(round(late) AS BIGINT)   AS newer_half,
       note
FROM lines
ORDER BY part, place, what
