-- signal: incident-open
-- duty: reliability
-- asks: ask who leads it, and tell those it hits what is known
-- says: {title}{of_service} has been open for {span}; {taken}
-- folds: {count} incidents are open, the oldest since {oldest}
-- price: breaks
-- patience: 1d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM incidents UNION ALL SELECT 1 FROM incident_reviews LIMIT 1
-- declare: a source of incidents or alerts, or incidents with `started` and `resolved`
-- first: do its users know already?
--
-- Looked at: incidents of production that are not resolved after half an hour. What its own
-- severity calls a notice (info, low, warning, none) is left to those who watch alerts, and so is what has
-- stood open for more than a month: that is a record nobody closed.
SELECT 'incident ' || links.id                                             AS subject,
       CAST(NULL AS VARCHAR)                                               AS owner,
       links.started_at                                                    AS since,
       CAST($incident_loss_per_day AS DOUBLE)                              AS probability_per_day,
       CAST(services.impact AS DOUBLE)                                     AS impact,
       CAST($incident_impact_days AS DOUBLE)                               AS impact_days,
       services.impact_currency                                            AS currency,
       services.id                                                         AS service,
       '"' || links.title || '"'                                           AS title,
       coalesce(' (' || links.service || ')', '')                          AS of_service,
       CASE WHEN date_part('epoch', now()) - date_part('epoch', links.started_at) < 7200
            THEN CAST(floor((date_part('epoch', now()) - date_part('epoch', links.started_at)) / 60) AS BIGINT) || ' minutes'
            WHEN date_part('epoch', now()) - date_part('epoch', links.started_at) < 172800
            THEN CAST(floor((date_part('epoch', now()) - date_part('epoch', links.started_at)) / 3600) AS BIGINT) || ' hours'
            ELSE CAST(floor((date_part('epoch', now()) - date_part('epoch', links.started_at)) / 86400) AS BIGINT) || ' days' END AS span,
       CASE WHEN links.assignee IS NOT NULL THEN links.assignee || ' has it'
            WHEN links.status = 'acknowledged' THEN 'somebody has it'
            ELSE 'nobody has taken it' END                                 AS taken,
       links.evidence                                                      AS evidence,
       links.deployment                                                    AS deployment,
       links.url                                                           AS url
FROM incident_links AS links
LEFT JOIN services ON services.id = links.service
WHERE links.status <> 'resolved'
  AND links.resolved_at IS NULL
  AND links.started_at <= now() - CAST($incident_open_minutes || ' minutes' AS INTERVAL)
  AND links.started_at >= current_date - $incident_forgotten_days
  AND lower(coalesce(links.severity, '')) NOT IN ('info', 'informational', 'information', 'low', 'warning', 'warn', 'none', 'notice')
  AND links.is_production
