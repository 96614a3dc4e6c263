-- signal: approved-not-merged
-- duty: delivery-promises
-- asks: merge it, or say what is missing
-- says: {title} ({repo} {number}) is {evidence}, and not merged since {waiting}
-- folds: {count} changes of {repo} are approved and not merged, the oldest since {oldest}
-- price: waits
-- patience: 2d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM change_requests WHERE review_decision IS NOT NULL UNION ALL SELECT 1 FROM reviews LIMIT 1
-- declare: a source of a forge that tells reviews: GitHub or GitLab
-- first: does everybody know who merges?
--
-- Looked at: open change requests that are approved, with checks that do not fail, no conflict and no
-- open question. Silent after a third of a year, and about what carries a label that holds it
-- back on purpose.
SELECT CONCAT(turns.repo, ' change ', turns.number)         AS subject,
       people.id                                            AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($unmerged_share AS DOUBLE)                      AS share,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       turns.evidence                                       AS evidence,
       concat_ws(', ', spans.words, worked.words)         AS waiting,
       turns.url                                            AS url
FROM turns
JOIN spans       ON spans.days = turns.waiting_days
LEFT JOIN working_spans AS worked ON worked.hours = CAST(floor(turns.waiting_hours) AS BIGINT)
LEFT JOIN people ON people.id = turns.holder
WHERE turns."of" = 'change_request'
  AND turns.turn = 'merger'
  AND coalesce(lower(array_to_string(turns.labels, '|')), '') !~ 'hold|block|do.?not.?merge|wait|park|wip|on.?ice'
  AND turns.waiting_days BETWEEN $unmerged_days AND $turn_most_days
  AND coalesce(turns.waiting_hours >= $wait_working_hours, true)
