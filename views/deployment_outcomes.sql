-- kept: yes
--
-- What became of each deployment: whether somebody had to step in, when it was right again, and
-- whether it was itself such a mending. `why` and `why_rework` say it in words.
--
-- It failed as a change where an incident is linked to it, where it ended badly itself, or where within
-- $incident_window_hours hours the next good deployment of its service to the same `target` rolled it back
-- or was an unplanned one. It was right again when the last of its incidents was over; without an incident,
-- when that next good deployment had ended. It mends (is rework) where somebody said so (`is_unplanned`);
-- where nobody said anything, a rollback does, a deployment all of whose changes are hotfixes (branch
-- `hotfix...`, label `hotfix`), and the last good one that was begun and ended within an incident of its
-- service.
WITH roles AS (
    SELECT links.id, links.started_at, links.resolved_at, links.is_cause,
           CASE WHEN links.is_cause THEN links.deployment_service ELSE links.service       END AS service,
           CASE WHEN links.is_cause THEN links.deployment_source ELSE links.mended_source END AS deployment_source,
           CASE WHEN links.is_cause THEN links.deployment_repo   ELSE links.mended_repo   END AS deployment_repo,
           CASE WHEN links.is_cause THEN links.deployment        ELSE links.mended_by     END AS deployment
    FROM (SELECT incident_links.*, unnest(make_array(true, false)) AS is_cause FROM incident_links) AS links
),
hit AS (
    SELECT service, deployment_source AS source, deployment_repo AS repo, deployment AS id,
           count(*) FILTER (WHERE is_cause)                                             AS incidents,
           min(started_at) FILTER (WHERE is_cause)                                      AS hit_at,
           CASE WHEN count(resolved_at) FILTER (WHERE is_cause) = count(*) FILTER (WHERE is_cause)
                THEN max(resolved_at) FILTER (WHERE is_cause) END                       AS resolved_at,
           min(id) FILTER (WHERE is_cause)                                              AS incident,
           min(id) FILTER (WHERE NOT is_cause)                                          AS mended
    FROM roles
    WHERE deployment IS NOT NULL
    GROUP BY service, deployment_source, deployment_repo, deployment
),
carried AS (
    SELECT service, deployment_source AS source, deployment_repo AS repo, deployment AS id,
           count(*) AS changes, bool_and(is_hotfix) AS is_hotfix
    FROM deliveries
    WHERE deployment IS NOT NULL
    GROUP BY service, deployment_source, deployment_repo, deployment
),
judged AS (
    SELECT made.service, made.source, made.repo, made.id, made.status, made.sha, made.environment, made.target, made.origin,
           made.started_at, made.finished_at, made.is_rollback, made.url,
           hit.hit_at, hit.resolved_at, hit.incidents, hit.incident, carried.changes,
           CASE WHEN made.status = 'failure'                       THEN CAST(NULL AS VARCHAR)
                WHEN made.is_unplanned                             THEN 'told to be unplanned'
                WHEN NOT made.is_unplanned                         THEN CAST(NULL AS VARCHAR)
                WHEN made.is_rollback                              THEN 'a rollback'
                WHEN hit.mended IS NOT NULL                        THEN 'ended incident ' || hit.mended
                WHEN carried.is_hotfix                             THEN 'holds nothing but a hotfix'
           END AS why_rework
    FROM deployments AS made
    LEFT JOIN hit     ON hit.source = made.source AND hit.repo = made.repo AND hit.id = made.id
                     AND hit.service = made.service
    LEFT JOIN carried ON carried.service = made.service AND carried.source = made.source
                     AND carried.repo = made.repo AND carried.id = made.id
),
followed AS (
    SELECT judged.*,
           last_value(CASE WHEN status = 'success' THEN named_struct(
               'id', id, 'at', finished_at, 'is_rollback', is_rollback, 'why', why_rework) END) IGNORE NULLS
               OVER (PARTITION BY service, target ORDER BY started_at DESC, id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS next
    FROM judged
),
told AS (
    SELECT service, source, repo, id, status, sha, environment, origin, started_at, finished_at, is_rollback, url, changes,
           hit_at, resolved_at, why_rework, next['at'] AS next_at,
           CASE WHEN incidents = 1 THEN 'incident ' || incident
                WHEN incidents > 1 THEN incidents || ' incidents, the first ' || incident
                WHEN status = 'failure' THEN 'it failed'
                WHEN next['at'] > finished_at + CAST($incident_window_hours || ' hours' AS INTERVAL) THEN CAST(NULL AS VARCHAR)
                WHEN is_rollback THEN CAST(NULL AS VARCHAR)
                WHEN next['is_rollback'] THEN 'rolled back by ' || next['id']
                WHEN next['why'] IS NOT NULL THEN 'mended by ' || next['id'] || ' (' || next['why'] || ')'
           END AS why
    FROM followed
)
SELECT service,
       source,
       repo,
       id,
       status,
       environment,
       sha,
       origin,
       started_at,
       finished_at,
       is_rollback,
       changes,
       why IS NOT NULL                                                       AS is_change_failure,
       why,
       CASE WHEN why IS NOT NULL THEN coalesce(hit_at, finished_at) END      AS failed_at,
       CASE WHEN why IS NOT NULL AND hit_at IS NOT NULL THEN resolved_at
            WHEN why IS NOT NULL THEN next_at END                            AS recovered_at,
       why_rework IS NOT NULL                                                AS is_rework,
       why_rework,
       url
FROM told
