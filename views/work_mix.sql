-- kept: yes
--
-- What went to each kind of work, by month of the last year, for each team and the company: the share of the changes
-- of known kind, beside what was meant. Changes are counted, not issues, so that no work counts twice;
-- a change to the code of two teams is of both. Where no change has a known kind, the share is null.
WITH placed AS (
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
grouped AS (
    SELECT 'company' AS level, coalesce((SELECT max(nullif(name, '')) FROM company), 'company') AS id, month, kind, what, source, repo, id AS item
    FROM placed
    GROUP BY month, kind, what, source, repo, id
    UNION ALL
    SELECT 'team', teams.id, placed.month, placed.kind, placed.what, placed.source, placed.repo, placed.id
    FROM placed
    JOIN service_groups AS teams ON teams.level = 'team' AND teams.service = placed.service
    GROUP BY teams.id, placed.month, placed.kind, placed.what, placed.source, placed.repo, placed.id
),
counted AS (
    SELECT level, id, month, count(*) AS landed, count(kind) AS classified FROM grouped GROUP BY level, id, month
),
kinds AS (
    SELECT level, id, month, kind, count(*) AS n FROM grouped WHERE kind IS NOT NULL GROUP BY level, id, month, kind
)
SELECT counted.level,
       counted.id,
       counted.month,
       counted.month < CAST(date_trunc('month', current_date) AS DATE)                  AS is_complete,
       rules.kind,
       rules.place,
       coalesce(kinds.n, 0)                                                             AS n,
       counted.classified,
       counted.landed,
       CASE WHEN counted.classified > 0
            THEN CAST(coalesce(kinds.n, 0) AS DOUBLE) / counted.classified END          AS share,
       rules.target
FROM counted
CROSS JOIN work_rules AS rules
LEFT JOIN kinds ON kinds.level = counted.level
               AND kinds.id = counted.id
               AND kinds.month = counted.month
               AND kinds.kind = rules.kind
