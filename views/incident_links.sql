-- kept: yes
--
-- Incidents, and the deployment that caused each. One row an incident, also for those that only an
-- incident's review in the company's files tells of.
--
-- What a person said decides: the review (`deployment`, `is_change_failure`), then the incident itself
-- (`deployment`). Where nobody said anything, it is the last deployment of the same service, good or
-- failed, that ended within $incident_window_hours hours before the incident began. An incident that
-- names no service, by itself or in a label `service=...`, is held against none. `evidence` says in
-- words why. Where an incident names an environment to which the service is deployed, only what went there (or
-- nobody knows where) can have caused or ended it; else all that was deployed of the service. What did not hit
-- production (an environment other than `prod*`, `live*` or one of the service's deployments; `is_production`) is
-- linked to nothing. `mended_by` is the last good deployment that was begun and ended while the incident
-- lasted; what caused an incident does not end it.
WITH held AS (
    SELECT known.*, coalesce(lanes.lane, '*') AS lane
    FROM known_incidents AS known
    LEFT JOIN (SELECT DISTINCT service, lane FROM deployment_lanes) AS lanes
           ON lanes.service = known.service AND lanes.lane = lower(known.environment)
),
timeline AS (
    SELECT service, lane, finished_at AS at, 0 AS turn, place,
           CASE WHEN status = 'success' THEN place END AS good_place, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS id
    FROM deployment_lanes
    UNION ALL
    SELECT service, lane, started_at, 1, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), source, id
    FROM held
    WHERE service IS NOT NULL AND started_at IS NOT NULL
    UNION ALL
    SELECT service, lane, resolved_at, 2, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), source, id
    FROM held
    WHERE service IS NOT NULL AND resolved_at > started_at
),
met AS (
    SELECT source, id, turn,
           max(place)      OVER (PARTITION BY service, lane ORDER BY at, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS place,
           max(good_place) OVER (PARTITION BY service, lane ORDER BY at, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS good_place
    FROM timeline
),
before AS (
    SELECT source, id,
           max(place)      FILTER (WHERE turn = 1) AS place,
           max(good_place) FILTER (WHERE turn = 2) AS good_place
    FROM met
    WHERE turn > 0
    GROUP BY source, id
),
placed AS (
    SELECT held.*,
           coalesce(held.environment, '') = '' OR held.environment ~* '^(prod|live)' OR held.lane <> '*' AS is_production,
           coalesce(held.by_review, held.by_incident)                AS said,
           latest.id                                                 AS latest_id,
           latest.source                                             AS latest_source,
           latest.repo                                               AS latest_repo,
           latest.status                                             AS latest_status,
           latest.finished_at                                        AS latest_at,
           mending.id                                                AS mending_id,
           mending.source                                            AS mending_source,
           mending.repo                                              AS mending_repo
    FROM held
    LEFT JOIN before              ON before.source = held.source AND before.id = held.id
    LEFT JOIN deployment_lanes AS latest  ON latest.service = held.service AND latest.lane = held.lane
                                 AND latest.place = before.place
    LEFT JOIN deployment_lanes AS mending ON mending.service = held.service AND mending.lane = held.lane
                                 AND mending.place = before.good_place AND mending.started_at > held.started_at
),
judged AS (
    SELECT placed.*,
           CASE WHEN NOT coalesce(judged, true)                      THEN 'denied'
                WHEN by_review IS NOT NULL                           THEN 'review'
                WHEN by_incident IS NOT NULL                         THEN 'incident'
                WHEN NOT is_production AND judged IS NULL            THEN 'elsewhere'
                WHEN latest_at >= started_at - CAST($incident_window_hours || ' hours' AS INTERVAL) THEN 'window'
                WHEN service IS NULL                                 THEN 'nowhere'
                WHEN latest_id IS NULL                               THEN 'unknown'
                ELSE                                                      'none'
           END                                                       AS verdict
    FROM placed
),
named_ones AS (
    SELECT known.source, known.id,
           first_value(said.source      ORDER BY said.service = known.service DESC NULLS LAST, said.finished_at DESC) AS said_source,
           first_value(said.repo        ORDER BY said.service = known.service DESC NULLS LAST, said.finished_at DESC) AS said_repo,
           first_value(said.service     ORDER BY said.service = known.service DESC NULLS LAST, said.finished_at DESC) AS said_service,
           first_value(said.finished_at ORDER BY said.service = known.service DESC NULLS LAST, said.finished_at DESC) AS said_at
    FROM known_incidents AS known
    JOIN deployments AS said ON said.id = coalesce(known.by_review, known.by_incident)
    GROUP BY known.source, known.id
),
linked AS (
    SELECT judged.source, judged.id, judged.title,
           coalesce(judged.service, named_ones.said_service) AS service,
           judged.severity, judged.environment, judged.is_production, judged.status, judged.started_at, judged.resolved_at,
           judged.assignee, judged.url, judged.review, judged.reviewed, judged.verdict, judged.judged, judged.said,
           judged.latest_status, judged.mending_id, judged.mending_source, judged.mending_repo,
           CASE WHEN judged.verdict IN ('review', 'incident') THEN named_ones.said_source
                WHEN judged.verdict = 'window' THEN judged.latest_source END AS deployment_source,
           CASE WHEN judged.verdict IN ('review', 'incident') THEN named_ones.said_repo
                WHEN judged.verdict = 'window' THEN judged.latest_repo END   AS deployment_repo,
           CASE WHEN judged.verdict IN ('review', 'incident') THEN judged.said
                WHEN judged.verdict = 'window' THEN judged.latest_id END     AS deployment,
           CASE WHEN judged.verdict IN ('review', 'incident') THEN named_ones.said_at
                WHEN judged.verdict = 'window' THEN judged.latest_at END     AS deployed_at,
           CASE WHEN judged.verdict IN ('review', 'incident') THEN named_ones.said_service
                WHEN judged.verdict = 'window' THEN judged.service END       AS deployment_service
    FROM judged
    LEFT JOIN named_ones ON named_ones.source = judged.source AND named_ones.id = judged.id
),
-- What caused it has not ended it, whoever said what caused it.
ended AS (
    SELECT linked.*,
           verdict <> 'elsewhere' AND NOT (mending_id = coalesce(deployment, '') AND mending_source = coalesce(deployment_source, mending_source)
                                           AND mending_repo = coalesce(deployment_repo, mending_repo)) AS is_mended
    FROM linked
)
SELECT source,
       id,
       title,
       service,
       severity,
       environment,
       is_production,
       status,
       started_at,
       resolved_at,
       assignee,
       review,
       reviewed,
       deployment_source,
       deployment_repo,
       deployment,
       deployment_service,
       deployed_at,
       CASE WHEN verdict IN ('review', 'incident', 'window') THEN verdict END                AS linked_by,
       CASE verdict WHEN 'denied'    THEN false
                    WHEN 'elsewhere' THEN false
                    WHEN 'none'      THEN coalesce(judged, false)
                    WHEN 'nowhere'   THEN judged
                    WHEN 'unknown'   THEN judged
                    ELSE                  true END                                            AS is_change_failure,
       CASE verdict
            WHEN 'denied'    THEN 'its review says that no deployment caused it'
            WHEN 'review'    THEN 'its review names deployment ' || said || CASE WHEN deployed_at IS NULL THEN ', which is not known' ELSE '' END
            WHEN 'incident'  THEN 'the incident names deployment ' || said || CASE WHEN deployed_at IS NULL THEN ', which is not known' ELSE '' END
            WHEN 'elsewhere' THEN 'it was in ' || environment
            WHEN 'window'    THEN 'began ' || CAST((date_part('epoch', started_at) - date_part('epoch', deployed_at)) / 60 AS BIGINT)
                                  || ' minutes after ' || CASE latest_status WHEN 'failure' THEN 'failed ' ELSE '' END
                                  || 'deployment ' || deployment || ' of ' || service || ', the last one before it'
            WHEN 'nowhere'   THEN 'it names no service'
            WHEN 'unknown'   THEN 'no deployment of ' || service || ' before it is known'
            ELSE                  'no deployment of ' || service || ' ended within ' || $incident_window_hours || ' hours before it'
       END                                                                                    AS evidence,
       CASE WHEN is_mended THEN mending_source END                                            AS mended_source,
       CASE WHEN is_mended THEN mending_repo END                                              AS mended_repo,
       CASE WHEN is_mended THEN mending_id END                                                AS mended_by,
       url
FROM ended
