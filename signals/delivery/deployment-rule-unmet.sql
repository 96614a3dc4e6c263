-- signal: deployment-rule-unmet
-- duty: releases
-- asks: correct the rule by the names that there are, or take it out
-- says: nothing that is known fits the rule {rule} of {service} for deployments; in {place} there are {known}
-- price: breaks
-- patience: 5d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM deployment_rules LIMIT 1
-- declare: what counts as a deployment of a service (`deployments`)
-- first: how does it come to its users?
--
-- Looked at: rules for deployments that nothing known ever fitted, where there is something that they might have
-- meant: runs or jobs (not of change requests), tags, reported environments. As long as none fits, a service
-- seems to be never deployed. Silent where nothing of the kind is known at all: a source is missing then.
WITH unmet AS (
    SELECT rule.service, rule.id AS rule, rule.asserted, coalesce(rule.repo, places.repo) AS repo,
           CASE WHEN rule.job IS NOT NULL      THEN 'job'
                WHEN rule.workflow IS NOT NULL THEN 'pipeline'
                WHEN rule.tag IS NOT NULL      THEN 'tag'
                ELSE 'environment' END AS kind
    FROM deployment_rules AS rule
    LEFT JOIN service_places AS places ON places.service = rule.service AND rule.repo IS NULL
    LEFT JOIN (SELECT service, rule FROM deployments GROUP BY service, rule) AS met
           ON met.service = rule.service AND met.rule = rule.id
    WHERE met.service IS NULL
),
there AS (
    SELECT kind, repo, name, count(*) AS times
    FROM (
        SELECT CASE WHEN job IS NULL THEN 'pipeline' ELSE 'job' END AS kind, repo,
               CONCAT('`', coalesce(job, workflow), '`', ' on ' || regexp_replace(branch, '^refs/(heads|tags)/', '')) AS name
        FROM builds
        WHERE coalesce(job, workflow) IS NOT NULL
          AND coalesce(event, '') NOT LIKE 'pull_request%'
          AND coalesce(event, '') <> 'merge_request_event'
        UNION ALL
        SELECT 'tag', repo, CONCAT('`', name, '`') FROM refs WHERE kind = 'tag'
        UNION ALL
        SELECT 'environment', repo, CONCAT('`', environment, '`') FROM observed.deployments WHERE environment <> ''
    ) AS every
    WHERE repo IN (SELECT repo FROM unmet)
    GROUP BY kind, repo, name
),
near AS (
    SELECT unmet.service, unmet.rule, unmet.asserted, unmet.repo, there.name,
           row_number() OVER (PARTITION BY unmet.service, unmet.rule ORDER BY there.times DESC, there.name DESC) AS place
    FROM unmet
    JOIN there ON there.repo = unmet.repo AND there.kind = unmet.kind
),
told AS (
    SELECT service, rule, min(asserted) AS asserted, min(repo) AS repo, count(DISTINCT repo) AS repos,
           string_agg(name, ', ' ORDER BY place) FILTER (WHERE place <= 4)
               || CASE WHEN count(*) > 4 THEN ' and others' ELSE '' END AS known
    FROM near
    GROUP BY service, rule
)
SELECT CONCAT('service ', told.service, ', rule ', told.rule)       AS subject,
       people.id                                                    AS owner,
       told.asserted                                                AS since,
       CAST($outdated_per_day AS DOUBLE)                            AS probability_per_day,
       CAST(NULL AS DOUBLE)                                         AS impact,
       CAST($outdated_impact_days AS DOUBLE)                        AS impact_days,
       told.service                                                 AS service,
       CASE told.repos WHEN 1 THEN told.repo END                    AS repo,
       told.rule                                                    AS rule,
       CASE told.repos WHEN 1 THEN told.repo ELSE 'its repositories' END AS place,
       told.known                                                   AS known
FROM told
LEFT JOIN services ON services.id = told.service
LEFT JOIN people   ON people.id = services.owner
