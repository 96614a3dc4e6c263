-- Instances of recurring meetings of the last quarter for which something is seen to have been prepared, one row each:
-- `by` is `text` where its entry says something else than the rest of its series, `mail` and `chat` where one of those
-- who were asked named the meeting by its title in the $prepared_days days before it.
--
-- A page of notes that lies elsewhere and is the same for every time is not seen.
WITH held AS (
    SELECT DISTINCT source, calendar, uid, instance, starts_at, lower(title) AS title,
           array_distinct(array_append(coalesce(attendees, []), organiser)) AS asked
    FROM meeting_copies
    WHERE is_recurring AND NOT is_private AND NOT is_all_day AND status <> 'cancelled'
      AND starts_at >= current_date - $quarter_days AND starts_at <= now()
),
texts AS (
    SELECT held.uid, held.instance, held.source, held.calendar,
           regexp_replace(coalesce(meetings.text, ''), '\s+', ' ', 'g') AS text
    FROM held
    JOIN meetings ON meetings.source = held.source AND meetings.calendar = held.calendar
                 AND meetings.uid = held.uid AND meetings.instance = held.instance
),
usual AS (
    SELECT source, calendar, uid, text, row_number() OVER (PARTITION BY source, calendar, uid ORDER BY times DESC, text) AS place
    FROM (SELECT source, calendar, uid, text, count(*) AS times FROM texts GROUP BY source, calendar, uid, text) AS counted
),
eves AS (
    SELECT uid, instance, title, starts_at, person, CAST(starts_at AS DATE) - ahead AS day
    FROM (SELECT uid, instance, title, starts_at, person, unnest(generate_series(0, CAST($prepared_days AS BIGINT))) AS ahead
          FROM (SELECT uid, instance, title, starts_at, unnest(asked) AS person
                FROM held
                WHERE char_length(title) >= $prepared_title_chars) AS heads) AS days
),
spoken AS (
    SELECT eves.uid, eves.instance, 'mail' AS "by"
    FROM eves
    JOIN (SELECT sender, at, CAST(at AS DATE) AS day, lower(subject) AS words FROM messages
          WHERE NOT is_robot AND at >= current_date - $quarter_days - 10) AS written
      ON written.sender = eves.person AND written.day = eves.day
    WHERE written.at < eves.starts_at AND strpos(written.words, eves.title) > 0
    UNION ALL
    SELECT eves.uid, eves.instance, 'chat'
    FROM eves
    JOIN addresses ON addresses.email = eves.person
    JOIN declared_logins ON declared_logins.person = addresses.person
    JOIN (SELECT lower(sender) AS sender, at, CAST(at AS DATE) AS day, lower(text) AS words FROM chat_messages
          WHERE NOT coalesce(is_robot, false) AND at >= current_date - $quarter_days - 10) AS said
      ON said.sender = declared_logins.login AND said.day = eves.day
    WHERE said.at < eves.starts_at AND strpos(said.words, eves.title) > 0
)
SELECT uid, instance, min("by") AS "by"
FROM (
    SELECT uid, instance, "by" FROM spoken
    UNION ALL
    SELECT texts.uid, texts.instance, 'text'
    FROM texts
    JOIN usual ON usual.source = texts.source AND usual.calendar = texts.calendar AND usual.uid = texts.uid AND usual.place = 1
    WHERE texts.text <> usual.text AND texts.text <> ''
) AS every
GROUP BY uid, instance
