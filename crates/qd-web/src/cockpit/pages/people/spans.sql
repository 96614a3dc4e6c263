-- Whom how many report to directly, and whether that is within the company's band (`span_of_control`, else the assumed one).
WITH band AS (
    SELECT coalesce(max(CAST(span_of_control[1] AS BIGINT)), $span_fewest) AS fewest,
           coalesce(max(CAST(span_of_control[2] AS BIGINT)), $span_most)   AS most
    FROM company
),
here AS (
    SELECT id, name, reports_to
    FROM people
    WHERE NOT coalesce(is_bot, false) AND ("left" IS NULL OR "left" >= current_date) AND coalesce(joined, current_date) <= current_date
),
spans_of AS (
    SELECT reports_to AS manager, count(*) AS reports FROM here WHERE reports_to IS NOT NULL GROUP BY reports_to
)
SELECT here.id AS person, here.name AS person_name, spans_of.reports AS direct_reports,
       CASE WHEN spans_of.reports > band.most THEN concat('more than ', band.most)
            WHEN spans_of.reports < band.fewest AND here.reports_to IS NOT NULL THEN concat('fewer than ', band.fewest)
            ELSE concat('within ', band.fewest, ' to ', band.most) END AS band
FROM spans_of
JOIN here ON here.id = spans_of.manager
CROSS JOIN band
ORDER BY coalesce(here.name, here.id)
