-- kept: yes
--
-- How many changes of each kind landed in each month of the last year, for each team and the company; `kind` is null
-- where no rule fits. What `work_mix` makes shares of: many parts of that ask for these, and finding the kinds is
-- the work.
WITH landed AS (
    SELECT items.kind, CAST(date_trunc('month', items.finished_at) AS DATE) AS month,
           items.what, items.source, items.repo, items.id, deliveries.service
    FROM work_items AS items
    JOIN deliveries ON deliveries.kind = items.what
                   AND deliveries.source = items.source
                   AND deliveries.repo = items.repo
                   AND deliveries.id = items.id
    WHERE items.what <> 'issue'
      AND items.finished_at >= date_trunc('month', current_date) - INTERVAL '12 months'
),
-- All of it is the company's, also what is no service's.
holders AS (
    SELECT level, id, service FROM service_groups WHERE level = 'team'
    UNION ALL
    SELECT 'company', coalesce((SELECT max(nullif(name, '')) FROM company), 'company'), every.service
    FROM (SELECT DISTINCT service FROM deliveries) AS every
),
items AS (
    SELECT holders.level, holders.id, landed.month, landed.kind
    FROM landed
    JOIN holders ON holders.service IS NOT DISTINCT FROM landed.service
    GROUP BY holders.level, holders.id, landed.month, landed.kind, landed.what, landed.source, landed.repo, landed.id
)
SELECT level, id, month, kind, count(*) AS n
FROM items
GROUP BY level, id, month, kind
