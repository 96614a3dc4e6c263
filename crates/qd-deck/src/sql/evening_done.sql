-- What a person did since a moment, a line each, in words.
SELECT words
FROM (
    SELECT 1 AS place, CONCAT(count(*), CASE count(*) WHEN 1 THEN ' mail' ELSE ' mails' END, ' written, ',
                              count(in_reply_to), ' of them answers') AS words, count(*) AS number
    FROM (SELECT DISTINCT message.id, message.in_reply_to
          FROM messages AS message
          JOIN mailboxes AS box ON box.source = message.source
          WHERE box.person = '{person}' AND array_has(box.addresses, message.sender) AND message.at >= '{since}') AS own
    UNION ALL
    SELECT 2, CONCAT(count(*), CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END, ' of the brief ', min(way)), count(*)
    FROM (SELECT verb, CASE verb WHEN 'done' THEN 'done' WHEN 'delegate' THEN 'delegated'
                                 WHEN 'snooze' THEN 'put off' ELSE 'dismissed' END AS way
          FROM actions
          WHERE "by" = '{person}' AND at >= '{since}' AND verb <> 'undo'
            AND id NOT IN (SELECT undoes FROM actions WHERE undoes IS NOT NULL)) AS acts
    GROUP BY verb
    UNION ALL
    SELECT 3, CONCAT('done: ', coalesce(title, id)), 1
    FROM todos
    WHERE done = current_date AND coalesce(person, '{person}') = '{person}'
    UNION ALL
    SELECT 4, CONCAT(count(*), CASE count(*) WHEN 1 THEN ' commit' ELSE ' commits' END, ' in ', repo), count(*)
    FROM authored_commits
    WHERE person = '{person}' AND commit_time >= '{since}'
    GROUP BY repo
    UNION ALL
    SELECT 5, CONCAT(count(*), CASE count(*) WHEN 1 THEN ' review' ELSE ' reviews' END, ' in ', repo), count(*)
    FROM reviews
    JOIN declared_logins AS whose ON whose.login = lower(reviews.reviewer)
    WHERE whose.person = '{person}' AND submitted_at >= '{since}'
    GROUP BY repo
) AS lines
WHERE number > 0
ORDER BY place, words
