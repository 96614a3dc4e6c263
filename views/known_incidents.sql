-- kept: yes
--
-- Incidents by whoever told of them: one row for each that a pager, a tracker or a file tells, with what
-- its review in the company's files adds, and one for each that only a review tells of. A service is
-- the one that is named, or the one of a label `service=...`.
WITH labelled AS (
    SELECT source, id, max(substr(label, 9)) AS service
    FROM (SELECT source, id, unnest(labels) AS label FROM incidents)
    WHERE label LIKE 'service=_%'
    GROUP BY source, id
),
about AS (
    SELECT own.incident, min(own.id) AS review
    FROM (
        SELECT id, unnest(CASE WHEN array_length(incidents) > 0 THEN incidents ELSE make_array(id) END) AS incident
        FROM incident_reviews
    ) AS own
    GROUP BY own.incident
),
observed_ones AS (
    SELECT told.source, told.id, told.title,
           coalesce(told.service, labelled.service)                    AS service,
           told.severity, told.environment, told.status, told.started_at, told.resolved_at,
           told.assignee, told.deployment, CAST(told.reviewed_at AS DATE) AS reviewed, told.url, about.review
    FROM incidents AS told
    LEFT JOIN labelled ON labelled.source = told.source AND labelled.id = told.id
    LEFT JOIN about    ON about.incident = told.id
),
declared_ones AS (
    SELECT 'company' AS source, reviews.id, reviews.title, reviews.service,
           CAST(NULL AS VARCHAR) AS severity, CAST(NULL AS VARCHAR) AS environment,
           CASE WHEN reviews.started IS NOT NULL AND reviews.resolved IS NULL AND reviews.reviewed IS NULL
                THEN 'open' ELSE 'resolved' END AS status,
           reviews.started, reviews.resolved, reviews.owner, CAST(NULL AS VARCHAR) AS deployment,
           CAST(NULL AS DATE) AS reviewed, CAST(NULL AS VARCHAR) AS url, reviews.id AS review
    FROM incident_reviews AS reviews
    WHERE NOT EXISTS (
        SELECT 1 FROM about JOIN incidents ON incidents.id = about.incident WHERE about.review = reviews.id
    )
)
SELECT every.source, every.id, coalesce(reviews.title, every.title, every.id) AS title,
       coalesce(reviews.service, named.service, every.service)    AS service,
       every.severity, every.environment, every.status, every.started_at,
       coalesce(every.resolved_at, reviews.resolved)              AS resolved_at,
       every.assignee, every.url, every.review,
       coalesce(reviews.reviewed, every.reviewed)                 AS reviewed,
       reviews.deployment                                         AS by_review,
       every.deployment                                           AS by_incident,
       reviews.is_change_failure                                  AS judged
FROM (SELECT * FROM observed_ones UNION ALL SELECT * FROM declared_ones) AS every
LEFT JOIN incident_reviews AS reviews ON reviews.id = every.review
LEFT JOIN service_names AS named ON named.word = lower(every.service)
