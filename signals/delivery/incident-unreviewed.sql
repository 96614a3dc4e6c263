-- signal: incident-unreviewed
-- duty: reliability
-- asks: talk it over with those who were there, and write down what changes
-- says: {title}{of_service} was over on {day} and has not been talked over
-- folds: {count} incidents were never talked over, the oldest since {oldest}
-- price: breaks
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM incidents UNION ALL SELECT 1 FROM incident_reviews LIMIT 1
-- declare: a source of incidents, and what was found out about them (`incidents/NAME.toml` with `reviewed`)
-- first: what did those who mended it already change, without a meeting?
--
-- Looked at: incidents that ended more than five days and less than two months ago, that were severe by their
-- own word or that a deployment caused, and of which neither the system nor a file says
-- that they were reviewed. Later nobody remembers enough.
SELECT 'incident ' || links.id                                    AS subject,
       reviews.owner                                              AS owner,
       links.resolved_at                                          AS since,
       CAST($incident_again_per_day AS DOUBLE)                    AS probability_per_day,
       CAST(services.impact AS DOUBLE)                            AS impact,
       CAST($incident_impact_days AS DOUBLE)                      AS impact_days,
       services.impact_currency                                   AS currency,
       services.id                                                AS service,
       '"' || links.title || '"'                                  AS title,
       coalesce(' (' || links.service || ')', '')                 AS of_service,
       CAST(links.resolved_at AS DATE)                            AS day,
       links.evidence                                             AS evidence,
       links.url                                                  AS url
FROM incident_links AS links
LEFT JOIN services                    ON services.id = links.service
LEFT JOIN incident_reviews AS reviews ON reviews.id = links.review
WHERE links.resolved_at < current_date - $incident_review_days
  AND links.resolved_at >= current_date - $incident_review_most
  AND links.reviewed IS NULL
  AND (links.deployment IS NOT NULL
       OR lower(links.severity) ~ '^(critical|crit|high|major|emergency|fatal|page|disaster|(sev|p|s)[-_ ]?[012])$')
  AND coalesce(links.environment, 'production') ~* '^(prod|live)'
