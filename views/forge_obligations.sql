-- Who owes an answer at a forge or tracker: one row for each open thing and person, as long as the
-- last word in it that concerns them is somebody else's.
--
-- An obligation is opened by what another does in the thread: naming them by @, asking for their
-- review, assigning it to them; and, where they opened it or are assigned to it, by any comment or
-- review. Having taken part is not enough. Their next act in the thread ends it (a comment, a
-- review, a push, a change of state or of assignee), and so does its closing. A robot's remark
-- obliges nobody whom it does not name, and no robot is ever obliged.
--
-- It is an ask where they are named, asked for a review or assigned, where changes are asked for, or
-- where a sentence ends in a question mark; what else is said to them is a notice.
WITH done AS (
    SELECT source, repo, "of", number, person, max(at) AS at
    FROM open_events
    WHERE person IS NOT NULL AND did NOT IN ('listed', 'held')
    GROUP BY source, repo, "of", number, person
),
-- To whom it is assigned or was asked of, and since when; where nothing tells, since it was opened.
due AS (
    SELECT source, repo, "of", number, target, min(target_person) AS person,
           bool_or(did = 'held')                        AS is_held,
           max(at) FILTER (WHERE did = 'assigned')      AS assigned_at,
           max(at) FILTER (WHERE did = 'removed')       AS removed_at
    FROM open_events
    WHERE target IS NOT NULL AND NOT is_target_bot
    GROUP BY source, repo, "of", number, target
),
words AS (
    SELECT *, regexp_match(text, '[^.!?\n]{3,200}[?]')[1] AS question
    FROM open_events
    WHERE did IN ('opened', 'commented', 'reviewed', 'approved', 'changes_requested')
),
concerns AS (
    SELECT named.source, named.repo, named."of", named.number, named.id, named.at, named.actor, named.name,
           coalesce(whose.person, named.login) AS person, named.login, 'mention' AS reason, 2 AS place,
           true AS is_ask, named.question
    FROM (SELECT source, repo, "of", number, id, at, person AS actor, name, question, lower(unnest(mentions)) AS login
          FROM words WHERE mentions IS NOT NULL) AS named
    LEFT JOIN declared_logins AS whose ON whose.login = named.login
    WHERE named.login NOT LIKE '%/%' AND named.login NOT LIKE '%[bot]' AND NOT coalesce(whose.is_bot, false)
    UNION ALL
    SELECT event.source, event.repo, event."of", event.number, event.id, event.at,
           event.person AS actor, event.name, event.target_person AS person, event.target AS login,
           CASE event.did WHEN 'requested' THEN 'review requested' ELSE 'assignee' END,
           CASE event.did WHEN 'requested' THEN 1 ELSE 3 END, true, CAST(NULL AS VARCHAR)
    FROM open_events AS event
    JOIN due ON due.source = event.source AND due.repo = event.repo
            AND due."of" = event."of" AND due.number = event.number AND due.target = event.target
    WHERE (event.did = 'requested' AND (due.removed_at IS NULL OR due.removed_at < event.at))
       OR (event.did = 'assigned' AND due.is_held)
    UNION ALL
    SELECT source, repo, "of", number, id, at,
           person AS actor, name, author_person AS person, author AS login, 'author', 4,
           question IS NOT NULL OR did = 'changes_requested', question
    FROM words
    WHERE did <> 'opened' AND author_person IS NOT NULL AND NOT is_robots AND NOT is_bot AND NOT is_author
    UNION ALL
    SELECT event.source, event.repo, event."of", event.number, event.id, event.at,
           event.person AS actor, event.name, due.person, due.target AS login, 'assignee', 3,
           event.question IS NOT NULL OR event.did = 'changes_requested', event.question
    FROM words AS event
    JOIN due ON due.source = event.source AND due.repo = event.repo
            AND due."of" = event."of" AND due.number = event.number
    WHERE due.is_held AND NOT event.is_bot AND (due.assigned_at IS NULL OR due.assigned_at <= event.at)
),
owed AS (
    SELECT concerns.*
    FROM concerns
    LEFT JOIN done ON done.source = concerns.source AND done.repo = concerns.repo
                  AND done."of" = concerns."of" AND done.number = concerns.number
                  AND done.person = concerns.person
    WHERE coalesce(concerns.actor, '') <> concerns.person
      AND (done.at IS NULL OR done.at <= concerns.at)
),
each AS (
    SELECT source, repo, "of", number, person,
           min(login)                                             AS login,
           first_value(reason ORDER BY place, at, id)             AS reason,
           array_sort(array_agg(DISTINCT reason))                 AS reasons,
           min(at)                                                AS since,
           first_value(id ORDER BY at, place, id)                 AS event,
           first_value(reason ORDER BY at, place, id)             AS first_reason,
           first_value(name ORDER BY at, place, id)               AS first_name,
           count(DISTINCT id)                                     AS events,
           bool_or(is_ask)                                        AS is_ask,
           first_value(question ORDER BY at, place, id) FILTER (WHERE question IS NOT NULL) AS sentence,
           last_value(actor ORDER BY at, place, id)               AS asker,
           last_value(name ORDER BY at, place, id)                AS asker_name
    FROM owed
    GROUP BY source, repo, "of", number, person
)
SELECT each.source, each.repo, each.number, each."of", item.title, item.url,
       each.login, each.person, each.reason, each.reasons, each.since, each.event, each.events,
       CASE WHEN each.is_ask THEN 'ask' ELSE 'notice' END AS kind, trim(each.sentence) AS sentence,
       each.asker, each.asker_name, CAST(NULL AS VARCHAR) AS relation,
       CASE each.first_reason
           WHEN 'mention'          THEN CONCAT(coalesce(each.first_name, 'somebody'), ' named them')
           WHEN 'review requested' THEN CONCAT(coalesce(each.first_name, 'somebody'), ' asked for their review')
           WHEN 'author'           THEN CONCAT(coalesce(each.first_name, 'somebody'), ' answered what they opened')
           WHEN 'assignee'         THEN CONCAT(coalesce(each.first_name, 'somebody'), ' wrote, and it is assigned to them')
       END AS evidence
FROM each
JOIN open_items AS item ON item.source = each.source AND item.repo = each.repo
                       AND item."of" = each."of" AND item.number = each.number
