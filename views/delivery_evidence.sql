-- kept: yes
--
-- What the five figures of delivery are made of: one row for each change, deployment or failure that
-- a figure counts, with what it adds to it. `delivery_metrics` is nothing but these rows put together, so
-- any figure opens to its rows here, by metric, service and time.
--
-- metric                 a row is                               at              value
-- change_lead_time       a change that reached its users        deployed        hours since its first commit
-- deployment_frequency   a good deployment                      its end         1
-- change_fail_rate       a deployment                           its end         1 where it failed as a change, else 0
-- recovery_time          a failure that is over                 recovered       hours since it began
-- rework_rate            a good deployment                      its end         1 where it mends, else 0
--
-- Changes by robots are no part of the lead time. The two rates are unknown, not 0, as long as nothing
-- could have told of a failure: no incident, no review of one, no failed, rolled back or unplanned
-- deployment anywhere. An item that stands for several services has a row for each.
WITH outcomes AS (
    SELECT deployment_outcomes.*,
           max(CASE WHEN is_change_failure OR is_rework THEN 1 ELSE 0 END) OVER () = 1
               OR (SELECT count(*) FROM incidents) > 0
               OR (SELECT count(*) FROM incident_reviews) > 0                             AS is_told
    FROM deployment_outcomes
),
counted AS (
    SELECT outcomes.*, unnest(make_array('deployment_frequency', 'change_fail_rate', 'recovery_time', 'rework_rate')) AS metric
    FROM outcomes
)
SELECT 'change_lead_time'                                                              AS metric,
       service                                                                         AS service,
       deployed_at                                                                     AS at,
       (date_part('epoch', deployed_at) - date_part('epoch', first_commit_at)) / 3600  AS value,
       kind                                                                            AS kind,
       source                                                                          AS source,
       repo                                                                            AS repo,
       id                                                                              AS id,
       'in deployment ' || deployment                                                  AS why,
       url                                                                             AS url
FROM deliveries
WHERE deployed_at >= first_commit_at AND NOT is_bot
UNION ALL
SELECT metric,
       service,
       CASE metric WHEN 'recovery_time' THEN recovered_at ELSE finished_at END,
       CASE metric
            WHEN 'deployment_frequency' THEN 1
            WHEN 'change_fail_rate'     THEN CASE WHEN is_change_failure THEN 1 ELSE 0 END
            WHEN 'recovery_time'        THEN (date_part('epoch', recovered_at) - date_part('epoch', failed_at)) / 3600
            ELSE                             CASE WHEN is_rework THEN 1 ELSE 0 END
       END,
       'deployment',
       source,
       repo,
       id,
       CASE metric WHEN 'rework_rate' THEN why_rework
                           WHEN 'deployment_frequency' THEN CAST(NULL AS VARCHAR)
                           ELSE why END,
       url
FROM counted
WHERE CASE metric
           WHEN 'deployment_frequency' THEN status = 'success'
           WHEN 'change_fail_rate'     THEN is_told
           WHEN 'recovery_time'        THEN coalesce(recovered_at >= failed_at, false)
           ELSE                             is_told AND status = 'success'
      END
