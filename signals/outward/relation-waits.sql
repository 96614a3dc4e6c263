-- signal: relation-waits
-- duty: technical-sales
-- asks: answer, or say today when you will
-- says: {whom} ({relation_name}) has waited {waiting} for an answer: {question}
-- folds: {count} messages of clients, investors and candidates wait for an answer, the oldest since {oldest}
-- price: promise
-- patience: 1d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM mailboxes UNION ALL SELECT 1 FROM chat_messages LIMIT 1) AS told CROSS JOIN (SELECT 1 FROM relations WHERE mails IS NOT NULL LIMIT 1) AS known LIMIT 1
-- declare: relations with `mails` (addresses or domains), and a source of kind mail or chat
-- first: who else of us has spoken with them?
--
-- Looked at: messages of declared clients, investors, candidates, partners and others that asks something
-- and has no answer, from its first hour. An ask that waited longer than the relation's patience
-- says so. Silent after a third of a year.
SELECT owed.subject                                            AS subject,
       owed.person                                             AS owner,
       owed.since                                              AS since,
       owed.relation                                           AS relation,
       CAST(spans.days AS DOUBLE)                              AS age,
       CAST(relations.value_per_day AS DOUBLE)                 AS value_per_day,
       CAST($promise_days_per_day AS DOUBLE)                   AS value_days_per_day,
       relations.value_per_day_currency                        AS currency,
       coalesce(owed.asker_name, 'somebody')                   AS whom,
       CONCAT(relations.kind, ' ', coalesce(relations.name, relations.id)) AS relation_name,
       CONCAT(coalesce(owed.sentence, owed.title, 'without a subject'),
              CASE WHEN spans.days > relations.patience THEN ' (longer than they may wait)' ELSE '' END) AS question,
       spans.words                                             AS waiting,
       stands.score                                              AS score,
       owed.url                                                AS url
FROM message_obligations AS owed
LEFT JOIN message_order AS stands ON stands.person = owed.person AND stands.id = owed.last
JOIN relations ON relations.id = owed.relation
JOIN spans     ON spans.days = CAST(floor((date_part('epoch', now()) - date_part('epoch', owed.since)) / 86400) AS BIGINT)
WHERE owed.kind = 'ask'
  AND spans.days <= $turn_most_days
