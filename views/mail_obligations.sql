-- Who owes an answer to mail: one row for each conversation whose last word that concerns the owner
-- of the mailbox is somebody else's.
--
-- A message concerns them where it is to them, where they get a copy of it, where its beginning names
-- them, or where they began the conversation. A robot obliges only whom it names. Their next message
-- in the conversation ends it, and so does a direct answer, whatever the clocks say; the answer of
-- whom they delegated it to; and their own word that it is done or needs no answer, which can be
-- taken back. Marks of mail programs (`is_answered`) end nothing; nor does their own message to nobody but
-- whom they delegated it to, which hands it over and answers nobody.
--
-- It is an ask where a sentence of it asks something, and it is to them, names them, or answers them;
-- a question in a copy is put to somebody else.
WITH letters AS (
    SELECT box.person, box.addresses, message.id, message.at,
           coalesce(thread.conversation, message.thread) AS conversation, thread.parent,
           message.sender, message.sender_name, message.subject, message.asks, message.is_robot, message.source,
           message."to", message.cc,
           coalesce(array_has(box.addresses, message.sender), false)             AS is_own,
           coalesce(array_has_any(message."to", box.addresses), false)           AS is_to,
           coalesce(array_has_any(message.cc, box.addresses), false)             AS is_copy,
           array_length(message.mentions) > 0 AND array_has_any(
               string_to_array(lower(array_to_string(message.mentions, '|')), '|'), box.names
           )                                                                     AS is_named
    FROM messages AS message
    JOIN mailboxes          AS box    ON box.source = message.source
    LEFT JOIN conversations AS thread ON thread.id = message.id
),
said AS (
    SELECT "by" AS person, substr(subject, 6) AS conversation, verb, "to", at
    FROM actions
    WHERE subject LIKE 'mail %' AND verb IN ('done', 'dismiss', 'delegate')
      AND id NOT IN (SELECT undoes FROM actions WHERE undoes IS NOT NULL)
),
-- Also where the delegation was taken back since: what was handed over was no answer then either.
handed_over AS (
    SELECT DISTINCT letters.id
    FROM letters
    JOIN (
        SELECT "by" AS person, substr(subject, 6) AS conversation, "to", at
        FROM actions
        WHERE subject LIKE 'mail %' AND verb = 'delegate'
    ) AS said ON said.person = letters.person AND said.conversation = letters.conversation
    JOIN (SELECT id, string_to_array(lower(array_to_string(mails, '|')), '|') AS mails FROM people) AS other
      ON other.id = said."to"
    WHERE letters.is_own AND letters.at >= said.at
      AND coalesce(array_length(array_except(
              array_concat(letters."to", letters.cc), array_concat(letters.addresses, other.mails)
          )), 0) = 0
),
own AS (
    SELECT person, conversation, max(at) AS at, bool_or(has_begun) AS has_begun
    FROM (
        SELECT person, conversation, at, id = conversation AS has_begun
        FROM letters
        WHERE is_own AND id NOT IN (SELECT id FROM handed_over)
        UNION ALL
        SELECT person, conversation, at, nullif(true, true) FROM said WHERE verb <> 'delegate'
        UNION ALL
        SELECT said.person, said.conversation, letters.at, nullif(true, true)
        FROM said
        JOIN letters ON letters.person = said.person AND letters.conversation = said.conversation
        JOIN (SELECT id AS person, lower(unnest(mails)) AS address FROM people) AS other
          ON other.person = said."to" AND other.address = letters.sender
        WHERE said.verb = 'delegate' AND letters.at > said.at
          AND array_length(array_except(array_concat(letters."to", letters.cc), letters.addresses)) > 0
    ) AS acts
    GROUP BY person, conversation
),
written AS (SELECT DISTINCT person, id FROM letters WHERE is_own),
answered AS (
    SELECT DISTINCT person, parent
    FROM letters
    WHERE is_own AND parent IS NOT NULL AND id NOT IN (SELECT id FROM handed_over)
),
owed AS (
    SELECT letters.person, letters.conversation, letters.id,
           min(letters.at) AS at, min(letters.source) AS source, min(letters.sender) AS sender,
           min(letters.sender_name) AS sender_name, min(letters.subject) AS subject,
           min(letters.addresses[1]) AS address, min(letters.asks[1]) AS question,
           CASE WHEN bool_or(letters.is_to)    THEN 'to'
                WHEN bool_or(letters.is_named) THEN 'mention'
                WHEN bool_or(letters.is_copy)  THEN 'cc'
                ELSE 'author' END AS reason,
           bool_or(array_length(letters.asks) > 0
                   AND (letters.is_to OR letters.is_named OR written.id IS NOT NULL)) AS is_ask
    FROM letters
    LEFT JOIN own      ON own.person = letters.person AND own.conversation = letters.conversation
    LEFT JOIN written  ON written.person = letters.person AND written.id = letters.parent
    LEFT JOIN answered ON answered.person = letters.person AND answered.parent = letters.id
    WHERE NOT letters.is_own
      AND answered.parent IS NULL
      AND (own.at IS NULL OR own.at < letters.at)
      AND (letters.is_to OR letters.is_copy OR letters.is_named OR own.has_begun)
      AND (letters.is_named OR NOT letters.is_robot)
    GROUP BY letters.person, letters.conversation, letters.id
),
each AS (
    SELECT person, conversation,
           min(source)                                              AS source,
           min(address)                                             AS login,
           first_value(reason ORDER BY is_ask DESC, at, id)         AS reason,
           array_sort(array_agg(DISTINCT reason))                   AS reasons,
           min(at)                                                  AS since,
           first_value(id ORDER BY at, id)                          AS event,
           count(*)                                                 AS events,
           bool_or(is_ask)                                          AS is_ask,
           first_value(question ORDER BY at, id) FILTER (WHERE is_ask) AS sentence,
           last_value(subject ORDER BY at, id)                      AS title,
           last_value(id ORDER BY at, id)                           AS last,
           coalesce(first_value(sender ORDER BY at, id) FILTER (WHERE is_ask),
                    last_value(sender ORDER BY at, id))             AS asker,
           CASE WHEN bool_or(is_ask) THEN first_value(sender_name ORDER BY at, id) FILTER (WHERE is_ask)
                ELSE last_value(sender_name ORDER BY at, id) END    AS asker_name
    FROM owed
    GROUP BY person, conversation
)
SELECT each.source, CAST(NULL AS VARCHAR) AS repo, each.conversation AS number, 'message' AS "of",
       each.title, 'mid:' || each.event AS url, each.login, each.person, each.reason, each.reasons,
       each.since, each.event, each.events,
       CASE WHEN each.is_ask THEN 'ask' ELSE 'notice' END AS kind,
       each.sentence, each.asker, coalesce(each.asker_name, each.asker) AS asker_name,
       coalesce(exactly.relation, domain.relation) AS relation, each.last,
       CASE each.reason
           WHEN 'to'      THEN CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' wrote to them')
           WHEN 'mention' THEN CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' named them')
           WHEN 'cc'      THEN CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' sent them a copy')
           ELSE                CONCAT(coalesce(each.asker_name, each.asker, 'somebody'), ' answered in what they began')
       END AS evidence
FROM each
LEFT JOIN relation_addresses AS exactly ON exactly.word = each.asker
LEFT JOIN relation_addresses AS domain  ON domain.word = split_part(each.asker, '@', 2)
