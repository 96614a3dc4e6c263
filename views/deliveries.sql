-- kept: yes
--
-- A change that reached the default branch, for each service it is part of, and the deployment that
-- brought it to the users: the first good one of the service whose commit is no older than the change.
--
-- Which commits a deployment holds would take the graph of commits; here it is told by time: a change
-- that landed until `landed_until` of the deployment is in it. That is right for deployments of the
-- default branch, and for older commits of it; a deployment of a release branch is credited with
-- changes that were not picked to it. In a repository of several services a change belongs to those whose
-- places hold one of its paths; where its paths are not known, to none that claims only a part. So a
-- change may stand in several rows, and in one without a service.
WITH claimed AS (
    SELECT repo, count(starts) + count(pattern) > 0 AS is_split FROM service_places GROUP BY repo
),
changes AS (
    SELECT landed.kind, landed.source, landed.repo, landed.id, landed.is_bot,
           landed.first_commit_at, landed.landed_at, landed.url,
           CASE WHEN claimed.repo IS NULL THEN landed.repo END                            AS own_service,
           CASE WHEN claimed.is_split THEN chr(10) || array_to_string(landed.paths, chr(10)) END AS paths,
           coalesce(array_has(landed.labels, 'hotfix'), false)
               OR coalesce(landed.branch LIKE 'hotfix%', false)                           AS is_hotfix
    FROM landed_changes AS landed
    LEFT JOIN claimed ON claimed.repo = landed.repo
),
parts AS (
    SELECT changes.*, coalesce(places.service, changes.own_service) AS service
    FROM changes
    LEFT JOIN service_places AS places
           ON places.repo = changes.repo
          AND CASE WHEN places.starts  IS NOT NULL THEN strpos(changes.paths, places.starts) > 0
                   WHEN places.pattern IS NOT NULL THEN regexp_like(changes.paths, places.pattern)
                   ELSE true END
),
good AS (
    SELECT service, source, repo, id, started_at, finished_at, landed_until,
           max(landed_until) OVER (PARTITION BY service ORDER BY started_at, id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS landed_before
    FROM deployments
    WHERE status = 'success'
),
advances AS (
    -- One that holds nothing newer than those before it brings nothing to anybody.
    SELECT service, source, repo, id, started_at, finished_at, landed_until,
           row_number() OVER (PARTITION BY service ORDER BY landed_until DESC) AS place
    FROM good
    WHERE landed_before IS NULL OR landed_until > landed_before
),
timeline AS (
    SELECT service, landed_at AS at, 0 AS advance, kind, source, repo, id, is_bot, is_hotfix,
           first_commit_at, landed_at, url
    FROM parts
    UNION ALL
    SELECT service, landed_until, 1, 'deployment', source, repo, id,
           CAST(NULL AS BOOLEAN), CAST(NULL AS BOOLEAN), started_at, finished_at, CAST(NULL AS VARCHAR)
    FROM advances
),
met AS (
    -- Backwards from the newest: the last deployment met so far is the first that holds the change.
    SELECT timeline.*,
           sum(advance) OVER (PARTITION BY service ORDER BY at DESC, advance DESC
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS place
    FROM timeline
)
SELECT met.kind,
       met.source,
       met.repo,
       met.id,
       met.service,
       met.is_bot,
       met.is_hotfix,
       met.first_commit_at,
       met.landed_at,
       advances.source              AS deployment_source,
       advances.repo                AS deployment_repo,
       advances.id                  AS deployment,
       advances.started_at          AS deployment_started_at,
       advances.finished_at         AS deployed_at,
       met.url
FROM met
LEFT JOIN advances ON advances.service = met.service AND advances.place = met.place
WHERE met.advance = 0
