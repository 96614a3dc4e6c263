-- Who owes an answer to an invitation: one row for each person and entry that lies ahead and asks them.
--
-- A series is one invitation, told by the next instance that is not answered; `events` says how many
-- there are. `since` is when the calendar last changed it. It ends by yes, no or perhaps, and when it
-- has begun.
WITH asked AS (
    SELECT told.person, told.uid,
           first_value(told.instance         ORDER BY told.starts_at, told.instance) AS instance,
           first_value(told.source           ORDER BY told.starts_at, told.instance) AS source,
           first_value(told.title            ORDER BY told.starts_at, told.instance) AS title,
           first_value(told.url              ORDER BY told.starts_at, told.instance) AS url,
           first_value(told.organiser        ORDER BY told.starts_at, told.instance) AS organiser,
           first_value(told.organiser_person ORDER BY told.starts_at, told.instance) AS organiser_person,
           min(told.day)                                                             AS day,
           min(told.observed_at)                                                     AS since,
           count(*)                                                                  AS events
    FROM attendances AS told
    WHERE told.answer = 'unanswered' AND NOT told.is_organiser AND told.starts_at > now()
    GROUP BY told.person, told.uid
)
SELECT asked.source, CAST(NULL AS VARCHAR) AS repo, CONCAT(asked.uid, ' ', asked.instance) AS number, 'meeting' AS "of",
       asked.title, asked.url, lower(own.mails[1]) AS login, asked.person,
       'invitation' AS reason, make_array('invitation') AS reasons,
       asked.since, asked.instance AS event, asked.events,
       'ask' AS kind, CAST(NULL AS VARCHAR) AS sentence,
       coalesce(asked.organiser_person, asked.organiser) AS asker,
       coalesce(caller.name, asked.organiser_person, asked.organiser) AS asker_name,
       coalesce(exactly.relation, domain.relation) AS relation,
       CONCAT(coalesce(caller.name, asked.organiser_person, asked.organiser, 'somebody'), ' asked them to come on ', asked.day) AS evidence
FROM asked
JOIN people AS own                      ON own.id = asked.person AND (own."left" IS NULL OR own."left" >= asked.day)
LEFT JOIN people AS caller              ON caller.id = asked.organiser_person
LEFT JOIN relation_addresses AS exactly ON exactly.word = asked.organiser
LEFT JOIN relation_addresses AS domain  ON domain.word = split_part(asked.organiser, '@', 2)
