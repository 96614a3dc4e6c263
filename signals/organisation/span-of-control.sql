-- signal: span-of-control
-- duty: span-of-control
-- asks: name a second lead, move people, or join two small teams; or say why it may be so
-- says: {manager} leads {reports} directly; {band} are meant
-- price: waits
-- patience: 20d
-- minutes: 60
-- audience: line
-- needs: SELECT 1 FROM people WHERE "left" IS NULL HAVING count(*) >= $span_company_least AND count(reports_to) > 0
-- declare: people with `reports_to`, a dozen of them at least
-- first: when was the last one-to-one with each of them?
--
-- Looked at: who reports to whom today, against the company's band (`span_of_control`, else the
-- assumed one). Too many is told of everybody; too few only of managers who have a manager
-- themselves, since whoever stands at the top leads as few as there are. In a company of less
-- than a dozen everybody may well report to one.
WITH band AS (
    SELECT coalesce(max(CAST(span_of_control[1] AS BIGINT)), $span_fewest) AS fewest,
           coalesce(max(CAST(span_of_control[2] AS BIGINT)), $span_most)   AS most
    FROM company
),
here AS (
    SELECT id, coalesce(name, id) AS name, reports_to, coalesce(joined, DATE '1970-01-01') AS joined
    FROM people
    WHERE NOT coalesce(is_bot, false)
      AND ("left" IS NULL OR "left" >= current_date)
      AND coalesce(joined, DATE '1970-01-01') <= current_date
),
spans_of AS (
    SELECT reports_to AS manager, count(*) AS reports
    FROM here
    WHERE reports_to IS NOT NULL
    GROUP BY reports_to
)
SELECT 'person ' || here.id               AS subject,
       CAST(NULL AS VARCHAR)              AS owner,
       CAST(NULL AS DATE)                 AS since,
       CAST(CASE WHEN spans_of.reports > band.most THEN spans_of.reports ELSE 1 END AS DOUBLE) AS people,
       CAST($span_share AS DOUBLE)        AS share,
       here.id                            AS person,
       here.name                          AS manager,
       CASE spans_of.reports WHEN 1 THEN '1 person' ELSE spans_of.reports || ' people' END AS reports,
       band.fewest || ' to ' || band.most AS band
FROM spans_of
JOIN here ON here.id = spans_of.manager
CROSS JOIN band
WHERE spans_of.reports > band.most
   OR (spans_of.reports < band.fewest AND here.reports_to IS NOT NULL)
