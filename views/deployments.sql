-- kept: yes
--
-- Deployments as delivery means them: what put a version in front of its users, or failed to.
-- One row for each service that was deployed (where they come from: `deployment_claims`).
--
-- Only what ended counts, well or badly. `landed_until` says which changes are in it: those that
-- reached the default branch until then. It is the commit time of the deployed commit (or when the
-- change it came by was merged, if that is later), so that an older commit takes no newer change
-- along; where the commit is not known, the beginning of the deployment. A commit may be told by at least
-- seven digits that only one commit of the repository begins with; where the repository is not told, it
-- is looked for in those of the service. Where nobody says whether it is a rollback, it is one if its
-- commit is older than that of the good deployment before it to the same `target`: the environment in
-- lower case or, where none is named, the only one of the service.
WITH
-- Where each told commit may be, and when what it may be reached the default branch.
sought AS (
    SELECT DISTINCT made.repo, made.service, lower(made.sha) AS sha, coalesce(nullif(made.repo, ''), places.repo) AS home
    FROM deployment_claims AS made
    LEFT JOIN service_places AS places ON places.service = made.service AND made.repo = ''
    WHERE made.sha <> ''
),
found AS (
    SELECT sought.repo, sought.service, sought.sha, max(landings.at) AS landed
    FROM sought
    JOIN (
        SELECT repo, lower(sha) AS sha, commit_time AS at FROM commits
        UNION ALL
        SELECT repo, lower(coalesce(merge_sha, head_sha)), merged_at FROM landed_requests
    ) AS landings ON landings.repo = sought.home
                 AND substr(landings.sha, 1, 7) = substr(sought.sha, 1, 7)
                 AND starts_with(landings.sha, sought.sha)
    GROUP BY sought.repo, sought.service, sought.sha
    HAVING count(DISTINCT landings.sha) = 1
),
counted AS (
    SELECT every.service, every.source, every.repo, every.id,
           min(every.environment) AS environment, min(every.sha) AS sha, min(every."ref") AS "ref", min(every.version) AS version,
           min(every.status) AS status, min(every.started_at) AS started_at, min(every.finished_at) AS finished_at,
           min(every."by") AS "by", bool_or(every.is_rollback) AS is_rollback, bool_or(every.is_unplanned) AS is_unplanned,
           min(every.url) AS url, min(every.origin) AS origin, min(every.rule) AS rule,
           max(found.landed) AS landed
    FROM deployment_claims AS every
    LEFT JOIN found ON found.repo = every.repo AND found.service = every.service AND found.sha = lower(every.sha)
    GROUP BY every.service, every.source, every.repo, every.id
),
placed AS (
    SELECT service, source, repo, id, environment, sha, "ref", version, status,
           coalesce(started_at, landed)              AS started_at,
           coalesce(finished_at, started_at, landed) AS finished_at,
           "by", is_rollback, is_unplanned, url, origin, rule, landed
    FROM counted
    WHERE coalesce(started_at, landed) IS NOT NULL
),
aimed AS (
    SELECT placed.*,
           coalesce(lower(nullif(environment, '')),
                    CASE WHEN min(lower(nullif(environment, ''))) OVER (PARTITION BY service)
                            = max(lower(nullif(environment, ''))) OVER (PARTITION BY service)
                         THEN min(lower(nullif(environment, ''))) OVER (PARTITION BY service) END,
                    '')                                                      AS target
    FROM placed
),
followed AS (
    SELECT aimed.*,
           -- Of one whose commit is not known, nothing is: the one before that says nothing of this one.
           last_value(CASE WHEN status = 'success' THEN named_struct('landed', landed) END) IGNORE NULLS
               OVER (PARTITION BY service, target ORDER BY started_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS good_before
    FROM aimed
)
SELECT service,
       source,
       repo,
       id,
       environment,
       sha,
       "ref",
       version,
       status,
       started_at,
       finished_at,
       "by",
       coalesce(is_rollback, status = 'success' AND landed < good_before['landed'])  AS is_rollback,
       is_unplanned,
       origin,
       rule,
       coalesce(landed, started_at)                                          AS landed_until,
       url,
       target
FROM followed
