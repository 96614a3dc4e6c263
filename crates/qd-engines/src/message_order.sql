-- The mail of each owner of a mailbox. Of what others wrote the beginning is enough; the end of the
-- owner's own tells how they sign.
SELECT box.person, message.id, message.at, message.thread, message.in_reply_to, message."references",
       message.sender, message.sender_name, message.is_robot, message."to", message.cc, message.recipients,
       message.subject, message.asks, message.mentions, message.chars, message.attachments,
       CASE WHEN array_has(box.addresses, message.sender) THEN message.text ELSE substr(message.text, 1, 400) END AS text
FROM messages AS message
JOIN mailboxes AS box ON box.source = message.source
