-- signal: risk-unreviewed
-- duty: risks
-- asks: look at it: is it likelier, is it dearer, what is done about it?
-- says: "{title}" {trouble}
-- folds: {count} risks were not looked at for long, the oldest since {oldest}
-- price: breaks
-- patience: 10d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM risks LIMIT 1
-- declare: risks with `reviewed`
-- first: what has changed since it was last looked at?
--
-- Looked at: risks whose last review is more than 90 days ago or unknown, and accepted risks whose
-- acceptance has ended. Looking at a risk removes a part of it; what a day without costs is
-- that part of what the risk costs a day.
WITH looked_at AS (
    SELECT risks.*, coalesce(reviewed, asserted) AS day,
           accepted_until < current_date         AS is_over
    FROM risks
)
SELECT 'risk ' || looked_at.id                       AS subject,
       looked_at.owner                               AS owner,
       CASE WHEN looked_at.is_over THEN looked_at.accepted_until
            ELSE looked_at.day + $risk_days END      AS since,
       coalesce(looked_at.probability_per_year, $risk_per_year) / 365 * $risk_review_share AS probability_per_day,
       CAST(looked_at.impact AS DOUBLE)              AS impact,
       CAST($risk_impact_days AS DOUBLE)             AS impact_days,
       looked_at.impact_currency                     AS currency,
       coalesce(looked_at.title, looked_at.id)       AS title,
       CASE WHEN looked_at.is_over       THEN 'was accepted until ' || looked_at.accepted_until
            WHEN looked_at.day IS NULL   THEN 'was never looked at'
            ELSE 'was last looked at ' || spans.words || ' ago'
       END                                           AS trouble
FROM looked_at
LEFT JOIN spans ON spans.days = current_date - looked_at.day
WHERE looked_at.is_over
   OR looked_at.day IS NULL
   OR looked_at.day < current_date - $risk_days
