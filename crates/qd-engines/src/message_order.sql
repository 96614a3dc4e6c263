-- The mail of each owner of a mailbox, a copy of a message once.
SELECT box.person, message.id, min(message.at) AS at, min(message.thread) AS thread,
       min(message.in_reply_to) AS in_reply_to, first_value(message."references") AS "references",
       min(message.sender) AS sender, min(message.sender_name) AS sender_name,
       bool_or(message.is_robot) AS is_robot, first_value(message."to") AS "to", first_value(message.cc) AS cc,
       min(message.recipients) AS recipients, min(message.subject) AS subject, min(message.text) AS text,
       first_value(message.asks) AS asks, first_value(message.mentions) AS mentions,
       min(message.chars) AS chars, min(message.attachments) AS attachments
FROM messages AS message
JOIN mailboxes AS box ON box.source = message.source
GROUP BY box.person, message.id
