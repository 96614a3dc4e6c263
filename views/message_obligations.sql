-- kept: yes
--
-- Who owes an answer to a message: of mail and of chat. `subject` is what a row about it is called, and what
-- an action on that row names; `last` is the newest message of it, of mail alone: by it the order of mail is
-- known (`message_order`).
SELECT CONCAT('mail ', number) AS subject, source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
       kind, sentence, asker, asker_name, relation, evidence, last
FROM mail_obligations
UNION ALL
SELECT CONCAT('chat ', number), source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
       kind, sentence, asker, asker_name, relation, evidence,
       CAST(NULL AS VARCHAR)
FROM chat_obligations
