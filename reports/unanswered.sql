-- report: unanswered
-- title: Who has no answer yet
-- layout: table
-- empty: nobody waits for an answer
-- declare: a source of kind mail or calendar, of a forge or tracker, or of incidents
--
-- Everything that waits for a word of somebody, oldest first: asks, then what only tells them
-- something. People stand in the order of their names; a mailbox obliges its owner alone.
SELECT coalesce(people.name, people.id)                            AS holder,
       owed.kind                                                   AS kind,
       spans.words                                                 AS waiting,
       worked.words                                                AS working_time,
       coalesce(owed.asker_name, 'somebody')                       AS whom,
       coalesce(relations.name, owed.relation)                     AS relation,
       coalesce(owed.sentence, owed.title)                         AS what,
       CASE owed."of" WHEN 'message'  THEN 'mail'
                      WHEN 'meeting'  THEN 'calendar'
                      WHEN 'incident' THEN CONCAT('incident ', owed.number)
                      ELSE CONCAT(owed.repo, ' ', owed.number) END AS place,
       owed.reason                                                 AS reason,
       owed.url                                                    AS url
FROM obligations AS owed
JOIN spans          ON spans.days = CAST(floor((date_part('epoch', now()) - date_part('epoch', owed.since)) / 86400) AS BIGINT)
LEFT JOIN working_spans AS worked ON worked.hours = CAST(floor(owed.waiting_hours) AS BIGINT)
JOIN people         ON people.id = owed.person
LEFT JOIN relations ON relations.id = owed.relation
ORDER BY holder, owed.kind, owed.since
