-- Who owes an answer in a chat: one row for each declared person and conversation whose last word that
-- concerns them is somebody else's.
--
-- A conversation is a thread, a channel of two or a few with all its threads, or a message that nobody
-- began a thread under. A message concerns a person where a channel of two or a few brings it to them,
-- where it names them, and where it asks something in a thread that they began. A call to everybody
-- who is there (`@here`) concerns nobody in particular. A robot obliges only whom it names.
--
-- Ended by their next message in the conversation; by their next message in the channel, outside of its
-- threads, where what waits stands outside of them too; by a sign of theirs on it or on what came after
-- it in the conversation; by the answer there of whom they delegated it to; and by their own word (`done`,
-- `dismiss`), which can be taken back.
WITH told AS (
    SELECT source, id, at, channel,
           CASE WHEN channel_kind IN ('direct', 'group') THEN coalesce(channel_name, channel)
                ELSE CONCAT('#', coalesce(channel_name, channel)) END          AS title,
           coalesce(channel_kind IN ('direct', 'group'), false)                AS is_few,
           CASE WHEN channel_kind IN ('direct', 'group') THEN channel
                ELSE coalesce(conversation, id) END                            AS place,
           coalesce(conversation, id) = id                                     AS is_top,
           parent, lower(sender) AS sender, sender_name, coalesce(is_robot, false) AS is_robot,
           recipients, mentions, reactions,
           coalesce(array_length(asks) > 0, false)                             AS is_ask,
           asks[1]                                                             AS question
    FROM chat_messages
),
written AS (
    SELECT told.source, told.id, told.at, told.channel, told.place, told.is_top, told.is_few,
           whose.person, whose.person_name
    FROM told
    JOIN declared_logins AS whose ON whose.login = told.sender
),
acted AS (
    SELECT "by" AS person, substr(subject, 6) AS place, verb, "to", at
    FROM actions
    WHERE subject LIKE 'chat %' AND verb IN ('done', 'dismiss', 'delegate')
      AND id NOT IN (SELECT undoes FROM actions WHERE undoes IS NOT NULL)
),
said AS (
    SELECT person, place, max(at) AS at
    FROM (
        SELECT person, place, at FROM acted WHERE verb <> 'delegate'
        UNION ALL
        SELECT acted.person, acted.place, written.at
        FROM acted
        JOIN written ON written.place = acted.place AND written.person = acted."to"
        WHERE acted.verb = 'delegate' AND written.at > acted.at
    ) AS words
    GROUP BY person, place
),
-- Their last act in a conversation; a sign counts from the message that bears it.
own AS (
    SELECT source, place, person, max(at) AS at
    FROM (
        SELECT source, place, person, at FROM written
        UNION ALL
        SELECT sign.source, sign.place, whose.person, sign.at
        FROM (SELECT source, place, at, lower(unnest(reactions)) AS login FROM told WHERE reactions IS NOT NULL) AS sign
        JOIN declared_logins AS whose ON whose.login = sign.login
    ) AS acts
    GROUP BY source, place, person
),
spoken AS (
    SELECT source, channel, person, max(at) AS at
    FROM written
    WHERE is_top AND NOT is_few
    GROUP BY source, channel, person
),
concerns AS (
    SELECT few.source, few.id, few.login, 'direct' AS reason, 2 AS rank
    FROM (SELECT source, id, lower(unnest(recipients)) AS login
          FROM told WHERE is_few AND NOT is_robot AND recipients IS NOT NULL) AS few
    UNION ALL
    SELECT named.source, named.id, named.login, 'mention', 1
    FROM (SELECT source, id, lower(unnest(mentions)) AS login FROM told WHERE mentions IS NOT NULL) AS named
    UNION ALL
    SELECT answer.source, answer.id, root.sender, 'author', 3
    FROM told AS answer
    JOIN told AS root ON root.source = answer.source AND root.id = answer.parent
    WHERE answer.is_ask AND NOT answer.is_robot AND root.sender IS NOT NULL
),
owed AS (
    SELECT told.source, told.place, told.id, told.at, told.title, told.sender, told.sender_name,
           told.is_ask, told.question, whose.person, concerns.login, concerns.reason, concerns.rank,
           author.person AS author
    FROM concerns
    JOIN declared_logins      AS whose  ON whose.login = concerns.login
    JOIN told                           ON told.source = concerns.source AND told.id = concerns.id
    LEFT JOIN declared_logins AS author ON author.login = told.sender
    LEFT JOIN own    ON own.source = told.source AND own.place = told.place AND own.person = whose.person
    LEFT JOIN spoken ON spoken.source = told.source AND spoken.channel = told.channel
                    AND spoken.person = whose.person
    LEFT JOIN said   ON said.place = told.place AND said.person = whose.person
    WHERE NOT coalesce(whose.is_bot, false)
      AND coalesce(author.person, '') <> whose.person
      AND (own.at IS NULL OR own.at < told.at)
      AND (said.at IS NULL OR said.at < told.at)
      AND (told.is_few OR NOT told.is_top OR spoken.at IS NULL OR spoken.at < told.at)
),
each AS (
    SELECT source, place, person,
           min(login)                                               AS login,
           first_value(reason ORDER BY rank, at, id)                AS reason,
           array_sort(array_agg(DISTINCT reason))                   AS reasons,
           min(at)                                                  AS since,
           first_value(id ORDER BY at, id)                          AS event,
           count(DISTINCT id)                                       AS events,
           bool_or(is_ask)                                          AS is_ask,
           first_value(question ORDER BY at, id) FILTER (WHERE is_ask) AS sentence,
           last_value(title ORDER BY at, id)                        AS title,
           last_value(sender ORDER BY at, id)                       AS asker,
           last_value(sender_name ORDER BY at, id)                  AS asker_name
    FROM owed
    GROUP BY source, place, person
)
SELECT each.source, CAST(NULL AS VARCHAR) AS repo, each.place AS number, 'chat' AS "of",
       each.title, CAST(NULL AS VARCHAR) AS url, each.login, each.person, each.reason, each.reasons,
       each.since, each.event, each.events,
       CASE WHEN each.is_ask THEN 'ask' ELSE 'notice' END AS kind,
       each.sentence, each.asker, coalesce(each.asker_name, each.asker) AS asker_name,
       coalesce(exactly.relation, domain.relation) AS relation,
       CASE each.reason
           WHEN 'mention' THEN CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' named them in ', each.title)
           WHEN 'direct'  THEN CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' wrote to them')
           ELSE                CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' asks in what they began in ', each.title)
       END AS evidence
FROM each
LEFT JOIN relation_addresses AS exactly ON exactly.word = each.asker
LEFT JOIN relation_addresses AS domain  ON domain.word = split_part(each.asker, '@', 2)
