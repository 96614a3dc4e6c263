-- signal: priority-inversion
-- duty: roadmap
-- asks: take the important one next, or lower its priority
-- says: {title} ({repo} {number}), {priority}, has not moved for {waiting}, while {lows} of low priority were worked on
-- folds: {count} important issues of {repo} wait while lesser ones move, the oldest since {oldest}
-- price: waits
-- patience: 3d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM issues WHERE priority IS NOT NULL OR array_to_string(labels, '|') ~* 'priority|(^|[|])p[0-4]([|]|$)' LIMIT 1
-- declare: a tracker whose issues have priorities
-- first: is the important one stuck, or not that important?
--
-- Looked at: open issues of high priority (the tracker's own word, or a label that says priority) in whose
-- thread nothing was done for two weeks, where in the same project several of low priority were
-- finished or worked on within these. Silent about what is blocked (issue-blocked), and where
-- the important one is older than half a year: then nobody means the word.
WITH lesser AS (
    SELECT source, repo, count(*) AS lows
    FROM ranked_issues
    WHERE is_low AND NOT is_high
      AND ((state = 'closed' AND closed_at >= current_date - $inversion_days AND coalesce(reason, '') !~* '(^|[^a-z])(not[^a-z]|cannot|dup|invalid|won.?t|declin|reject|cancel|obsolete|abandon)')
           OR (state = 'open' AND status_kind = 'in_progress' AND updated_at >= current_date - $inversion_days))
    GROUP BY source, repo
    HAVING count(*) >= $inversion_least
)
SELECT CONCAT(turns.repo, ' issue ', turns.number)          AS subject,
       people.id                                            AS owner,
       turns.moved_at                                       AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($inversion_share AS DOUBLE)                     AS share,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       coalesce(turns.priority, 'of high priority')         AS priority,
       spans.words                                          AS waiting,
       lesser.lows                                          AS lows,
       turns.url                                            AS url
FROM turns
JOIN ranked_issues AS ranked ON ranked.source = turns.source AND ranked.repo = turns.repo AND ranked.number = turns.number AND ranked.is_high
JOIN lesser      ON lesser.source = turns.source AND lesser.repo = turns.repo
JOIN spans       ON spans.days = current_date - CAST(turns.moved_at AS DATE)
LEFT JOIN people ON people.id = turns.holder
WHERE turns."of" = 'issue'
  AND turns.turn <> 'blocked'
  AND spans.days >= $inversion_days
  AND turns.created_at >= current_date - $active_days
