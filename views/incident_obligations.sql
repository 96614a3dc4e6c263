-- Who has an incident that is not over: one row for each open incident and whom its system, or its record in
-- the company's files, calls its assignee.
--
-- They are known by id, login, address or, since some systems tell no more, by a name that only one declared
-- person has. Whoever has taken it owes until it is over.
WITH names AS (
    SELECT lower(name) AS word, min(id) AS person
    FROM people
    WHERE name IS NOT NULL
    GROUP BY lower(name)
    HAVING count(*) = 1
)
SELECT links.source, CAST(NULL AS VARCHAR) AS repo, links.id AS number, 'incident' AS "of",
       links.title, links.url, lower(links.assignee) AS login,
       coalesce(whose.person, names.person, lower(links.assignee)) AS person,
       'assignee' AS reason, make_array('assignee') AS reasons,
       links.started_at AS since, links.id AS event, CAST(1 AS BIGINT) AS events,
       'ask' AS kind, CAST(NULL AS VARCHAR) AS sentence,
       CAST(NULL AS VARCHAR) AS asker, CAST(NULL AS VARCHAR) AS asker_name, CAST(NULL AS VARCHAR) AS relation,
       CONCAT('it is open', coalesce(' at ' || links.service, ''), ', and assigned to them') AS evidence
FROM incident_links AS links
LEFT JOIN declared_logins AS whose ON whose.login = lower(links.assignee)
LEFT JOIN names                    ON names.word = lower(links.assignee)
WHERE links.status <> 'resolved' AND links.resolved_at IS NULL AND links.assignee <> ''
  AND NOT coalesce(whose.is_bot, false)
