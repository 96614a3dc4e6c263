-- signal: critical-message
-- duty: morning
-- asks: look at it now, and say who does
-- says: {whom} wrote about "{title}" {waiting} ago and has no answer
-- folds: {count} messages that sound like an emergency have no answer, the oldest since {oldest}
-- price: breaks
-- patience: 1d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM mailboxes UNION ALL SELECT 1 FROM chat_messages) AS told LIMIT 1
-- declare: a source of kind mail, and whose it is (`me` in company.toml), or one of kind chat
-- first: is it true?
--
-- Looked at: messages of the last days to somebody whose subject or question has a word
-- of outage, breach, loss of data, law or leaving, and that nobody answered there. Words are English, French
-- and German; a wrong one costs a look, a missed one more.
SELECT owed.subject                                            AS subject,
       owed.person                                             AS owner,
       owed.since                                              AS since,
       CAST($critical_probability AS DOUBLE)                   AS probability_per_day,
       CAST(NULL AS DOUBLE)                                    AS impact,
       CAST($critical_days AS DOUBLE)                          AS impact_days,
       coalesce(owed.asker_name, 'somebody')                   AS whom,
       coalesce(owed.title, 'no subject')                      AS title,
       spans.words                                             AS waiting,
       owed.url                                                AS url
FROM message_obligations AS owed
JOIN spans ON spans.days = CAST(floor((date_part('epoch', now()) - date_part('epoch', owed.since)) / 86400) AS BIGINT)
WHERE owed.reason IN ('to', 'mention')
  AND spans.days <= $critical_most_days
  AND regexp_like(lower(CONCAT(coalesce(owed.title, ''), ' ', coalesce(owed.sentence, ''))),
      '\b(outage|is down|are down|data loss|lost data|data breach|security incident|ransomware|leaked|phishing|lawsuit|cease and desist|subpoena|production down|sev ?1|p1 incident|resignation|terminate (the|our) contract|ausfall|datenverlust|datenleck|kündigung|panne|fuite de données|résiliation)\b')
