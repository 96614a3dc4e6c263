-- signal: incident-unreviewed
-- duty: reliability
-- asks: talk it over with those who were there, and write down what changes
-- says: {title}{of_service} {happened} and has not been talked over
-- folds: {count} incidents were never talked over, the oldest since {oldest}
-- price: breaks
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM incidents UNION ALL SELECT 1 FROM incident_reviews LIMIT 1
-- declare: a source of incidents, and what was found out about them (`incidents/NAME.toml` with `reviewed`)
-- first: what did those who mended it already change, without a meeting?
--
-- Looked at: incidents of production that ended more than five days and less than two months ago (began, where the
-- end is not known), that were severe by their own word, that a deployment caused or that somebody began to
-- write down, and of which neither the system nor a file says that they were reviewed. Later nobody
-- remembers enough.
WITH over AS (
    SELECT links.*, coalesce(links.resolved_at, links.started_at) AS ended_at
    FROM incident_links AS links
    WHERE links.resolved_at IS NOT NULL OR links.status = 'resolved'
)
SELECT 'incident ' || links.id                                    AS subject,
       reviews.owner                                              AS owner,
       links.ended_at                                             AS since,
       CAST($incident_again_per_day AS DOUBLE)                    AS probability_per_day,
       CAST(services.impact AS DOUBLE)                            AS impact,
       CAST($incident_impact_days AS DOUBLE)                      AS impact_days,
       services.impact_currency                                   AS currency,
       services.id                                                AS service,
       '"' || links.title || '"'                                  AS title,
       coalesce(' (' || links.service || ')', '')                 AS of_service,
       CASE WHEN links.resolved_at IS NULL THEN CONCAT('began on ', CAST(links.started_at AS DATE), ' and is over')
            ELSE CONCAT('was over on ', CAST(links.resolved_at AS DATE)) END AS happened,
       links.evidence                                             AS evidence,
       links.url                                                  AS url
FROM over AS links
LEFT JOIN services                    ON services.id = links.service
LEFT JOIN incident_reviews AS reviews ON reviews.id = links.review
WHERE links.ended_at < current_date - $incident_review_days
  AND links.ended_at >= current_date - $incident_review_most
  AND links.reviewed IS NULL
  AND (links.deployment IS NOT NULL OR links.review IS NOT NULL
       OR lower(links.severity) ~ '^(critical|crit|high|major|emergency|fatal|page|disaster|(sev|p|s)[-_ ]?[012])$')
  AND links.is_production
