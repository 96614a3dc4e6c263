-- kept: yes
--
-- Instances of recurring meetings of the last quarter for which something is seen to have been prepared, one row each:
-- `by` is `text` where its entry says something else than the rest of its series, `mail` and `chat` where one of those
-- who were asked named the meeting by its title in the $prepared_days days before it.
--
-- A page of notes that lies elsewhere and is the same for every time is not seen.
WITH held AS (
    SELECT source, calendar, uid, instance, starts_at, lower(title) AS title,
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
heads AS (
    SELECT asked.uid, asked.instance, asked.title, asked.starts_at, coalesce(addresses.person, asked.address) AS person
    FROM (SELECT uid, instance, title, starts_at, unnest(asked) AS address
          FROM held
          WHERE char_length(title) >= $prepared_title_chars) AS asked
    LEFT JOIN addresses ON addresses.email = asked.address
),
eves AS (
    SELECT uid, instance, title, starts_at, person, CAST(starts_at AS DATE) - ahead AS day
    FROM (SELECT heads.*, unnest(generate_series(0, CAST($prepared_days AS BIGINT))) AS ahead FROM heads) AS days
),
written AS (
    SELECT coalesce(addresses.person, mail.sender) AS person, mail.at, lower(mail.subject) AS words, 'mail' AS "by"
    FROM messages AS mail
    LEFT JOIN addresses ON addresses.email = mail.sender
    WHERE NOT mail.is_robot AND mail.at >= current_date - $quarter_days - 10
    UNION ALL
    SELECT whose.person, chat.at, lower(chat.text), 'chat'
    FROM chat_messages AS chat
    JOIN declared_logins AS whose ON whose.login = lower(chat.sender)
    WHERE NOT coalesce(chat.is_robot, false) AND chat.at >= current_date - $quarter_days - 10
),
spoken AS (
    SELECT eves.uid, eves.instance, written."by"
    FROM eves
    JOIN written ON written.person = eves.person AND CAST(written.at AS DATE) = eves.day
    WHERE written.at < eves.starts_at AND strpos(written.words, eves.title) > 0
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
