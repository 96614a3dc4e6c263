-- signal: decision-without-decider
-- duty: delegation
-- asks: write down who decided, or that nobody did
-- says: "{title}" is accepted since {day}, and the record names nobody who decided
-- folds: {count} accepted decisions name nobody who decided
-- price: breaks
-- patience: 20d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM decisions WHERE status = 'accepted' AND array_length(deciders) > 0 LIMIT 1
-- declare: decision records that name who decided
-- first: who would have to agree before it is changed?
--
-- Looked at: records accepted within the last year, where records usually name their deciders (at
-- least half of the accepted ones do). Forms that have no place for it are not asked to.
WITH accepted AS (
    SELECT decisions.*, coalesce("date", asserted)              AS day,
           coalesce(array_length(deciders), 0) > 0               AS is_signed
    FROM decisions
    WHERE status = 'accepted'
),
habit AS (
    SELECT avg(CASE WHEN is_signed THEN 1.0 ELSE 0.0 END) AS share FROM accepted
)
SELECT 'decision ' || accepted.id        AS subject,
       accepted.owner                    AS owner,
       accepted.day                      AS since,
       CAST($outdated_per_day AS DOUBLE) AS probability_per_day,
       CAST(NULL AS DOUBLE)              AS impact,
       CAST(1 AS DOUBLE)                 AS impact_days,
       accepted.title                    AS title,
       accepted.day                      AS day
FROM accepted
CROSS JOIN habit
WHERE habit.share >= 0.5
  AND NOT accepted.is_signed
  AND accepted.owner IS NULL
  AND accepted.day >= current_date - 365
