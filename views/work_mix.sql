-- kept: yes
--
-- What went to each kind of work, by month of the last year, for each team and the company: the share of the changes
-- of known kind, beside what was meant. Changes are counted, not issues, so that no work counts twice;
-- a change to the code of two teams is of both. Where no change has a known kind, the share is null.
WITH counted AS (
    SELECT level, id, month, sum(n) AS landed, sum(CASE WHEN kind IS NULL THEN 0 ELSE n END) AS classified
    FROM work_counts
    GROUP BY level, id, month
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
LEFT JOIN work_counts AS kinds
               ON kinds.level = counted.level
               AND kinds.id = counted.id
               AND kinds.month = counted.month
               AND kinds.kind = rules.kind
