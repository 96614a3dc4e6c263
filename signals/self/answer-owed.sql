-- signal: answer-owed
-- duty: evening
-- asks: answer, give it to somebody, or say that no answer is needed
-- says: {whom} has waited {waiting} for an answer: {question}
-- folds: {count} messages wait for an answer, the oldest since {oldest}
-- price: waits
-- patience: 3d
-- minutes: 5
-- audience: person
-- needs: SELECT 1 FROM (SELECT 1 FROM mailboxes UNION ALL SELECT 1 FROM chat_messages) AS told LIMIT 1
-- declare: a source of kind mail, and whose it is (`me` in company.toml), or one of kind chat
-- first: does it still matter to who asked?
--
-- Looked at: mail and chat whose last word that concerns somebody is a question of somebody else's
-- (docs/obligations.md), older than the days given. Silent about relations, whose asks are told
-- at once, about notices, and after a third of a year. Of those that cost the same the one comes first
-- that is likelier to be answered (docs/ranking.md).
SELECT owed.subject                                            AS subject,
       owed.person                                             AS owner,
       owed.since                                              AS since,
       CAST(1 AS DOUBLE)                                       AS people,
       CAST($question_share AS DOUBLE)                         AS share,
       coalesce(owed.asker_name, 'somebody')                   AS whom,
       coalesce(owed.sentence, owed.title, 'without a subject') AS question,
       spans.words                                             AS waiting,
       stands.score                                              AS score,
       owed.url                                                AS url
FROM message_obligations AS owed
LEFT JOIN message_order AS stands ON stands.person = owed.person AND stands.id = owed.last
JOIN spans ON spans.days = CAST(floor((date_part('epoch', now()) - date_part('epoch', owed.since)) / 86400) AS BIGINT)
WHERE owed.kind = 'ask' AND owed.relation IS NULL
  AND spans.days BETWEEN $answer_days AND $turn_most_days
