-- kept: yes
--
-- Who owes an answer to a message: of mail and of chat. `subject` is what a row about it is called, and what
-- an action on that row names; `score` is how likely an answer is (docs/ranking.md), of mail alone.
SELECT CONCAT('mail ', number) AS subject, source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
       kind, sentence, asker, asker_name, relation, evidence, score
FROM mail_obligations
UNION ALL
SELECT CONCAT('chat ', number), source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
       kind, sentence, asker, asker_name, relation, evidence,
       CAST(NULL AS DOUBLE)
FROM chat_obligations
