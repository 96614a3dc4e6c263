-- signal: decision-due
-- duty: architecture-decisions
-- asks: look at it again: keep it with a new date, change it, or supersede it
-- says: "{title}" was to be looked at again{when}
-- folds: {count} decisions were to be looked at again, the oldest since {oldest}
-- price: breaks
-- patience: 10d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM decisions WHERE revisit IS NOT NULL LIMIT 1
-- declare: a decision with `revisit`, a day or a query
-- first: is what spoke for it then still so?
--
-- Looked at: accepted records whose day to be looked at again has come, or whose query says so.
WITH place AS (
    SELECT id, min(repo) AS repo FROM areas WHERE kind = 'decision' GROUP BY id
)
SELECT 'decision ' || decisions.id                                           AS subject,
       decisions.owner                                                       AS owner,
       confirmations.since                                                   AS since,
       CAST($outdated_per_day AS DOUBLE)                                     AS probability_per_day,
       CAST(NULL AS DOUBLE)                                                  AS impact,
       CAST($violation_impact_days AS DOUBLE)                                AS impact_days,
       place.repo                                                            AS repo,
       decisions.title                                                       AS title,
       coalesce(' on ' || confirmations.since, ': its own condition is met') AS "when"
FROM confirmations
JOIN decisions  ON decisions.id = confirmations.id
LEFT JOIN place ON place.id = decisions.id
WHERE confirmations.kind = 'decision'
  AND confirmations.state = 'due'
  AND coalesce(decisions.status, 'accepted') = 'accepted'
