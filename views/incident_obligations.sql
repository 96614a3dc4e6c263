-- Who has an incident that is not over: one row for each open incident and whom its system, or its record in
-- the company's files, calls its assignee.
--
-- They are known by id, login, address or, since some systems tell no more, by a name that only one declared
-- person has. Whoever has taken it owes until it is over.
-- Which deployment caused it is not asked here: that takes all deployments.
WITH names AS (
    SELECT lower(name) AS word, min(id) AS person
    FROM people
    WHERE name IS NOT NULL
    GROUP BY lower(name)
    HAVING count(*) = 1
),
about AS (
    SELECT incident, max(resolved) AS resolved
    FROM (SELECT resolved, unnest(CASE WHEN array_length(incidents) > 0 THEN incidents ELSE make_array(id) END) AS incident
          FROM incident_reviews) AS own
    GROUP BY incident
),
lasting AS (
    SELECT told.source, told.id, coalesce(told.title, told.id) AS title, told.url, told.assignee, told.service,
           told.started_at
    FROM incidents AS told
    LEFT JOIN about ON about.incident = told.id
    WHERE told.status <> 'resolved' AND told.resolved_at IS NULL AND about.resolved IS NULL
    UNION ALL
    SELECT 'company', reviews.id, coalesce(reviews.title, reviews.id), CAST(NULL AS VARCHAR), reviews.owner,
           reviews.service, reviews.started
    FROM incident_reviews AS reviews
    LEFT JOIN incidents AS told ON told.id = reviews.id
    WHERE reviews.started IS NOT NULL AND reviews.resolved IS NULL AND reviews.reviewed IS NULL
      AND told.id IS NULL AND coalesce(array_length(reviews.incidents), 0) = 0
)
SELECT lasting.source, CAST(NULL AS VARCHAR) AS repo, lasting.id AS number, 'incident' AS "of",
       lasting.title, lasting.url, lower(lasting.assignee) AS login,
       coalesce(whose.person, names.person, lower(lasting.assignee)) AS person,
       'assignee' AS reason, make_array('assignee') AS reasons,
       lasting.started_at AS since, lasting.id AS event, CAST(1 AS BIGINT) AS events,
       'ask' AS kind, CAST(NULL AS VARCHAR) AS sentence,
       CAST(NULL AS VARCHAR) AS asker, CAST(NULL AS VARCHAR) AS asker_name, CAST(NULL AS VARCHAR) AS relation,
       CONCAT('it is open', coalesce(' at ' || lasting.service, ''), ', and assigned to them') AS evidence
FROM lasting
LEFT JOIN declared_logins AS whose ON whose.login = lower(lasting.assignee)
LEFT JOIN names                    ON names.word = lower(lasting.assignee)
WHERE lasting.assignee <> '' AND NOT coalesce(whose.is_bot, false)
