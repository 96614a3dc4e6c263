-- signal: commitment-near
-- duty: technical-sales
-- asks: keep it, or say today when it will be kept
-- says: "{title}", promised to {whom}, {state}
-- price: promise
-- patience: 2d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM commitments LIMIT 1
-- declare: commitments with `to` and `due`
-- first: does whoever waits for it know how it stands?
--
-- Looked at: promises that are not kept and due within the days given, overdue, or contradicted by
-- their own query. News of a delay is cheap before the day and dear after it.
WITH broken AS (
    SELECT id, detail FROM confirmations WHERE kind = 'commitment' AND state = 'violated'
)
SELECT 'commitment ' || commitments.id                             AS subject,
       commitments.owner                                           AS owner,
       commitments.due - $commitment_days                          AS since,
       commitments."to"                                            AS relation,
       CAST(greatest(current_date - commitments.due, 0) AS DOUBLE) AS age,
       coalesce(CAST(commitments.penalty_per_day AS DOUBLE), CAST(relations.value_per_day AS DOUBLE)) AS value_per_day,
       CAST($promise_days_per_day AS DOUBLE)                       AS value_days_per_day,
       coalesce(commitments.penalty_per_day_currency, relations.value_per_day_currency) AS currency,
       commitments.due                                             AS deadline,
       commitments.project                                         AS project,
       coalesce(commitments.title, commitments.id)                 AS title,
       coalesce(relations.name, commitments."to", 'nobody named')  AS whom,
       CASE WHEN commitments.due < current_date THEN 'was due on ' || commitments.due || ', ' || spans.words || ' ago'
            WHEN broken.id IS NOT NULL          THEN 'does not hold: ' || coalesce(broken.detail, 'its own query says so')
            ELSE                                     'is due on ' || commitments.due || ', in ' || spans.words
       END                                                         AS state
FROM commitments
LEFT JOIN relations ON relations.id = commitments."to"
LEFT JOIN broken    ON broken.id = commitments.id
LEFT JOIN spans     ON spans.days = abs(current_date - commitments.due)
WHERE NOT coalesce(commitments.done, false)
  AND (commitments.due <= current_date + $commitment_days OR broken.id IS NOT NULL)
