-- kept: yes
--
-- The process-behaviour chart of each weekly figure of delivery: what it usually is, and whether a
-- week left that (Wheeler's XmR chart, first rule).
--
-- `usual` is the mean of the values of the weeks before, at most $xmr_weeks of them; the natural limits lie
-- 2.66 mean moving ranges (of week to week) around it, and not below 0. Weeks without a value count
-- neither as a value nor as a step. With fewer than $xmr_weeks_least weeks before it, a week has no limits.
-- Only complete weeks of the last year are shown and held against anything.
WITH weeks AS (
    SELECT level, id, metric, unit, starts, value, p90, n,
           abs(value - lag(value) IGNORE NULLS OVER (PARTITION BY level, id, metric ORDER BY starts)) AS moved
    FROM delivery_metrics
    WHERE period = 'week' AND is_complete AND starts >= current_date - 371
),
before AS (
    SELECT weeks.*,
           count(value) OVER (PARTITION BY level, id, metric ORDER BY starts ROWS BETWEEN $xmr_weeks PRECEDING AND 1 PRECEDING) AS weeks_before,
           avg(value)   OVER (PARTITION BY level, id, metric ORDER BY starts ROWS BETWEEN $xmr_weeks PRECEDING AND 1 PRECEDING) AS usual,
           avg(moved)   OVER (PARTITION BY level, id, metric ORDER BY starts ROWS BETWEEN $xmr_weeks PRECEDING AND 1 PRECEDING) AS moves
    FROM weeks
)
SELECT level,
       id,
       metric,
       unit,
       starts,
       value,
       n,
       weeks_before,
       CASE WHEN weeks_before >= $xmr_weeks_least THEN usual END                               AS usual,
       CASE WHEN weeks_before >= $xmr_weeks_least THEN greatest(usual - 2.66 * moves, 0) END   AS lower,
       CASE WHEN weeks_before >= $xmr_weeks_least THEN usual + 2.66 * moves END                AS upper,
       -- A millionth of slack, for what sums of fractions leave.
       CASE WHEN weeks_before >= $xmr_weeks_least
            THEN abs(value - usual) > 2.66 * moves + 0.000001 * (1 + usual) END                AS has_left
FROM before
