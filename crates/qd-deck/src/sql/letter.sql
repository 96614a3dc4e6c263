-- What an answer in a conversation goes to: the last message of whoever asks something there, else the last
-- that is not the reader's own; with each mailbox that holds it.
WITH told AS (
    SELECT message.source, message.id, message.at, message.sender, message.sender_name, message.reply_to, message."to", message.cc,
           message.subject, message."references", message.text, box.person, box.addresses,
           owed.sentence, owed.since, owed.relation,
           row_number() OVER (
               ORDER BY coalesce(box.person = '{person}', false) DESC, coalesce(message.sender = owed.asker, false) DESC,
                        message.at DESC, message.id
           ) AS place
    FROM messages AS message
    JOIN mailboxes          AS box    ON box.source = message.source
    LEFT JOIN conversations AS thread ON thread.id = message.id
    LEFT JOIN mail_obligations AS owed ON owed.number = '{conversation}' AND owed.person = box.person
    WHERE coalesce(thread.conversation, message.thread) = '{conversation}'
      AND message.sender IS NOT NULL
      AND NOT coalesce(array_has(box.addresses, message.sender), false)
)
SELECT told.source, told.id, told.at, told.sender, told.sender_name, told.reply_to, told."to", told.cc, told.subject,
       told."references", told.text, told.person, told.addresses, told.sentence, told.since, told.relation
FROM told
JOIN (SELECT id, person FROM told WHERE place = 1) AS first ON first.id = told.id AND first.person = told.person
ORDER BY told.place
