-- signal: issue-blocked
-- duty: nobody-blocked
-- asks: move the end of the chain, or cut it
-- says: {title} ({repo} {number}) waits behind {chain}; at its end: {evidence}
-- folds: {count} issues of {repo} wait for others, the oldest since {oldest}
-- price: waits
-- patience: 3d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM issues WHERE blocked_by IS NOT NULL UNION ALL SELECT 1 FROM issue_changes WHERE field = 'blocked_by' LIMIT 1
-- declare: a tracker where issues name what blocks them, now or in the record of their changes
-- first: is it really needed first?
--
-- Looked at: open issues that another open one must precede, where somebody waits: it is assigned, begun,
-- due, or of high priority (the tracker's own word, or a label that says priority). The chain is followed to its end: the last open issue, or the change
-- that closes it, and whose turn that is; they own the row. A chain that closes in a circle never
-- moves. Silent while the end moved within days, and where it lies in a project that is not read.
SELECT CONCAT(turns.repo, ' issue ', turns.number)          AS subject,
       people.id                                            AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($blocked_share AS DOUBLE)                       AS share,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       chains.chain                                         AS chain,
       chains.evidence                                      AS evidence,
       CASE WHEN people.id IS NULL THEN chains.team END     AS team,
       turns.url                                            AS url
FROM turns
JOIN chains      ON chains.source = turns.source AND chains.repo = turns.repo AND chains.number = turns.number
JOIN issues      ON issues.source = turns.source AND issues.repo = turns.repo AND issues.number = turns.number
JOIN ranked_issues AS ranked ON ranked.source = turns.source AND ranked.repo = turns.repo AND ranked.number = turns.number
LEFT JOIN people ON people.id = chains.holder
WHERE turns.turn = 'blocked'
  AND turns."of" = 'issue'
  AND (array_length(issues.assignees) > 0 OR issues.status_kind = 'in_progress' OR issues.due IS NOT NULL
       OR ranked.is_high)
  AND turns.waiting_days BETWEEN $blocked_days AND $turn_most_days
  AND (chains.is_circle OR chains.since < current_date - $blocked_days)
