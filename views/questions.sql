-- kept: yes
--
-- Questions of a quarter: in mail to the owner of a mailbox and in channels of chat, told to `reader` (for chat `me`). One row
-- each, with a number by time; without those of robots and of the reader.
WITH asked AS (
    SELECT box.person AS reader, message.id, message.at, coalesce(whose.person, message.sender) AS asker,
           message.asks, 'mid:' || message.id AS url
    FROM messages AS message
    JOIN mailboxes      AS box   ON box.source = message.source
    LEFT JOIN addresses AS whose ON whose.email = message.sender
    WHERE message.at >= current_date - $quarter_days AND NOT message.is_robot
      AND array_length(message.asks) > 0 AND NOT coalesce(array_has(box.addresses, message.sender), false)
    UNION ALL
    SELECT own.reader, chat.id, chat.at, coalesce(whose.person, chat.sender), chat.asks, CAST(NULL AS VARCHAR)
    FROM chat_messages AS chat
    CROSS JOIN (SELECT max(me) AS reader FROM company) AS own
    LEFT JOIN declared_logins AS whose ON whose.login = lower(chat.sender)
    WHERE chat.at >= current_date - $quarter_days AND NOT coalesce(chat.is_robot, false)
      AND array_length(chat.asks) > 0 AND coalesce(chat.channel_kind NOT IN ('direct', 'group'), true)
      AND coalesce(whose.person, chat.sender, own.reader) <> own.reader
)
SELECT reader, id, at, asker, question, url,
       row_number() OVER (PARTITION BY reader ORDER BY at, id, question) AS number
FROM (SELECT reader, id, at, asker, unnest(asks) AS question, url FROM asked) AS each
