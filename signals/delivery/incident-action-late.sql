-- signal: incident-action-late
-- duty: reliability
-- asks: do it, give it to somebody who can, or say that it will not be done
-- says: "{action}" was to keep {incident} from coming again, and was due on {due}
-- folds: {count} things that were to keep incidents from coming again are late, the oldest since {oldest}
-- price: breaks
-- patience: 5d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM incident_actions WHERE due IS NOT NULL LIMIT 1
-- declare: what is done about incidents (`[[actions]]` of `incidents/NAME.toml`, with `due` and `owner`)
-- first: would it still have helped?
--
-- Looked at: actions of incident reviews that are past their day and not done.
SELECT 'incident ' || actions.review || ' ' || actions.id         AS subject,
       coalesce(actions.owner, reviews.owner)                     AS owner,
       actions.due                                                AS since,
       CAST($incident_again_per_day AS DOUBLE)                    AS probability_per_day,
       CAST(services.impact AS DOUBLE)                            AS impact,
       CAST($incident_impact_days AS DOUBLE)                      AS impact_days,
       services.impact_currency                                   AS currency,
       services.id                                                AS service,
       coalesce(actions.title, actions.id)                        AS action,
       coalesce('"' || reviews.title || '"', actions.review)      AS incident,
       actions.due                                                AS due
FROM incident_actions AS actions
JOIN incident_reviews AS reviews ON reviews.id = actions.review
LEFT JOIN services               ON services.id = reviews.service
WHERE actions.due < current_date
  AND NOT coalesce(actions.done, false)
