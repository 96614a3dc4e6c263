-- signal: decision-violated
-- duty: architecture-decisions
-- asks: mend what contradicts it, or decide anew
-- says: "{title}" was decided and does not hold: {detail}
-- price: breaks
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM decisions WHERE confirm IS NOT NULL LIMIT 1
-- declare: a decision with `confirm`, a query that returns no row while it holds
-- first: did somebody not know it, or does it not fit any more?
--
-- Looked at: accepted records whose own query returns rows; each row contradicts the record.
-- A record that was superseded or rejected binds nobody.
WITH place AS (
    SELECT id, min(repo) AS repo FROM areas WHERE kind = 'decision' GROUP BY id
)
SELECT 'decision ' || decisions.id            AS subject,
       decisions.owner                        AS owner,
       confirmations.since                    AS since,
       CAST($violation_per_day AS DOUBLE)     AS probability_per_day,
       CAST(NULL AS DOUBLE)                   AS impact,
       CAST($violation_impact_days AS DOUBLE) AS impact_days,
       place.repo                             AS repo,
       decisions.title                        AS title,
       confirmations."rows"                   AS contradictions,
       coalesce(confirmations.detail, confirmations."rows" || ' rows contradict it') AS detail
FROM confirmations
JOIN decisions  ON decisions.id = confirmations.id
LEFT JOIN place ON place.id = decisions.id
WHERE confirmations.kind = 'decision'
  AND confirmations.state = 'violated'
  AND coalesce(decisions.status, 'accepted') = 'accepted'
