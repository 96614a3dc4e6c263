-- Snoozes whose end has come before its day: somebody else said something there, or the checks pass.
WITH waiting AS (
    SELECT id, at, "by", subject, awaits FROM actions WHERE awaits IS NOT NULL
)
SELECT waiting.id
FROM waiting
JOIN (
    SELECT CONCAT(repo, CASE "of" WHEN 'issue' THEN ' issue ' ELSE ' change ' END, number) AS subject, at,
           CASE WHEN is_bot THEN NULL ELSE person END AS person
    FROM open_events
    WHERE did NOT IN ('listed', 'held')
    UNION ALL
    SELECT CONCAT('mail ', coalesce(thread.conversation, message.thread)), message.at,
           coalesce(whose.person, message.sender)
    FROM messages AS message
    LEFT JOIN conversations AS thread ON thread.id = message.id
    LEFT JOIN addresses     AS whose  ON whose.email = message.sender
    WHERE NOT message.is_robot
    UNION ALL
    SELECT CONCAT('chat ', CASE WHEN channel_kind IN ('direct', 'group') THEN channel
                                ELSE coalesce(conversation, id) END), at,
           coalesce(whose.person, chat.sender)
    FROM chat_messages AS chat
    LEFT JOIN declared_logins AS whose ON whose.login = lower(chat.sender)
    WHERE NOT coalesce(is_robot, false)
) AS said ON said.subject = waiting.subject
WHERE waiting.awaits = 'answered' AND said.at > waiting.at AND said.person <> waiting."by"
UNION
SELECT waiting.id
FROM waiting
JOIN change_requests AS change ON CONCAT(change.repo, ' change ', change.number) = waiting.subject
WHERE waiting.awaits = 'green' AND change.checks = 'success'
