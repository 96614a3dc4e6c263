-- kept: yes
--
-- Where people's time went: minutes of each declared person, day and kind, of about a year.
--
-- Meetings count where the person's own calendar is read, they attend and it is over: two at once count
-- twice. The rest is estimated from what leaves a trace, by rules that docs/calendar.md explains:
--
--     review   `review_minutes` for each change reviewed on a day
--     code     the time between two commits that lie no further apart than `session_gap_minutes`, and
--              `session_begin_minutes` for one with none before it
--     writing  mail by its own words at `writing_chars` a minute; `comment_minutes` for a comment
--
-- Nobody is shown another's rows: reports show a reader's own and sums of teams.
WITH readers AS (
    SELECT DISTINCT person FROM calendars WHERE person IS NOT NULL
),
authored AS (
    SELECT DISTINCT person, author_time AS at
    FROM authored_commits
    WHERE is_declared AND author_time >= current_date - 400
),
sessions AS (
    SELECT person, at,
           (CAST(at AS BIGINT) - CAST(lag(at) OVER (PARTITION BY person ORDER BY at) AS BIGINT)) / 60000000.0 AS gap
    FROM authored
),
spoken AS (
    SELECT DISTINCT whose.person, reviews.source, reviews.repo, reviews.number, CAST(reviews.submitted_at AS DATE) AS day
    FROM reviews
    JOIN declared_logins AS whose ON whose.login = lower(reviews.reviewer) AND NOT whose.is_bot
    JOIN change_requests AS change ON change.source = reviews.source AND change.repo = reviews.repo
                                  AND change.number = reviews.number
    WHERE reviews.submitted_at >= current_date - 400
      AND lower(coalesce(change.author, '')) <> lower(reviews.reviewer)
)
SELECT attendances.person, attendances.day, attendances.kind, count(*) AS times,
       CAST(sum(attendances.minutes) AS DOUBLE) AS minutes, false AS is_estimate
FROM attendances
JOIN readers ON readers.person = attendances.person
WHERE attendances.takes_time AND attendances.ends_at <= now()
GROUP BY attendances.person, attendances.day, attendances.kind
UNION ALL
SELECT person, day, 'review', count(*), CAST(count(*) * $review_minutes AS DOUBLE), true
FROM spoken
GROUP BY person, day
UNION ALL
SELECT person, CAST(at AS DATE), 'code', count(*),
       CAST(sum(CASE WHEN gap <= $session_gap_minutes THEN gap ELSE $session_begin_minutes END) AS DOUBLE), true
FROM sessions
GROUP BY person, CAST(at AS DATE)
UNION ALL
SELECT person, day, 'writing', count(*), CAST(sum(minutes) AS DOUBLE), true
FROM (
    SELECT addresses.person, CAST(messages.at AS DATE) AS day, messages.chars / CAST($writing_chars AS DOUBLE) AS minutes
    FROM messages
    JOIN addresses ON addresses.email = messages.sender AND addresses.is_declared AND NOT addresses.is_bot
    WHERE NOT messages.is_robot AND messages.at >= current_date - 400
    UNION ALL
    SELECT whose.person, CAST(comments.created_at AS DATE), CAST($comment_minutes AS DOUBLE)
    FROM comments
    JOIN declared_logins AS whose ON whose.login = lower(comments.author) AND NOT whose.is_bot
    WHERE comments.created_at >= current_date - 400
) AS written
GROUP BY person, day
