-- signal: deployment-failed
-- duty: releases
-- asks: deploy again, or take back what stops it
-- says: the last deployment of {service}{place} failed {span} ago, and none has come through since{waiting}
-- price: waits
-- patience: 1d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM deployments WHERE status = 'success' LIMIT 1
-- declare: a deployment to production that came through, by a source or by what counts as one (`deployments` of a service)
-- first: what do its users run now: the old version, or half of the new one?
--
-- Looked at: services that have been deployed well before and whose newest deployment (to one of its
-- environments) failed, over an hour and less than two weeks ago. Later it is a habit, not an accident.
WITH told AS (
    SELECT deployments.*,
           max(CASE WHEN status = 'success' THEN finished_at END) OVER (PARTITION BY service, target) AS last_good,
           min(target) OVER (PARTITION BY service) <> max(target) OVER (PARTITION BY service)           AS is_one_of_many
    FROM deployments
),
failed AS (
    SELECT service, min(repo) AS repo, min(finished_at) AS since, count(*) AS tries,
           CASE WHEN bool_or(is_one_of_many) THEN ' to ' || string_agg(DISTINCT target, ' and ' ORDER BY target) ELSE '' END AS place,
           first_value(id  ORDER BY finished_at DESC) AS id,
           first_value(url ORDER BY finished_at DESC) AS url
    FROM told
    WHERE finished_at > last_good
    GROUP BY service
    HAVING min(finished_at) <= now() - INTERVAL '1 hour' AND max(finished_at) >= current_date - $deployment_failed_days
),
waiting AS (
    SELECT deliveries.service, count(*) AS changes
    FROM deliveries
    JOIN failed ON failed.service = deliveries.service
    WHERE deliveries.deployment IS NULL
    GROUP BY deliveries.service
)
SELECT failed.service                                                       AS subject,
       CAST(NULL AS VARCHAR)                                                AS owner,
       failed.since                                                         AS since,
       CAST($deployment_failed_people AS DOUBLE)                            AS people,
       CAST($deployment_failed_share AS DOUBLE)                             AS share,
       failed.service                                                       AS service,
       failed.repo                                                          AS repo,
       CASE WHEN date_part('epoch', now()) - date_part('epoch', failed.since) < 172800
            THEN CAST(floor((date_part('epoch', now()) - date_part('epoch', failed.since)) / 3600) AS BIGINT) || ' hours'
            ELSE CAST(floor((date_part('epoch', now()) - date_part('epoch', failed.since)) / 86400) AS BIGINT) || ' days' END AS span,
       CASE WHEN waiting.changes = 1 THEN '; 1 merged change waits'
            WHEN waiting.changes > 1 THEN '; ' || waiting.changes || ' merged changes wait'
            ELSE '' END                                                     AS waiting,
       failed.place                                                        AS place,
       failed.tries                                                         AS tries,
       failed.id                                                            AS deployment,
       failed.url                                                           AS url
FROM failed
LEFT JOIN waiting ON waiting.service = failed.service
