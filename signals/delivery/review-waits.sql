-- signal: review-waits
-- duty: nobody-blocked
-- asks: review it today, or say who will
-- says: {title} ({repo} {number}) waits for {whom} since {waiting}: {evidence}
-- folds: {count} changes of {repo} wait for a review, the oldest since {oldest}
-- price: waits
-- patience: 2d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM change_requests WHERE requested_reviewers IS NOT NULL UNION ALL SELECT 1 FROM review_requests UNION ALL SELECT 1 FROM reviews LIMIT 1
-- declare: a source of a forge that tells who is asked for a review, or reviews: GitHub or GitLab
-- first: is it too large to begin with?
--
-- Looked at: open change requests whose turn it is of a reviewer, an approver or a team (docs/turns.md),
-- for longer than a weekend. Silent about drafts, about what a robot opened, which nobody waits
-- for, about questions (question-unanswered), and after a third of a year: nobody waits for those.
SELECT CONCAT(turns.repo, ' change ', turns.number)         AS subject,
       people.id                                            AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($review_wait_share AS DOUBLE)                   AS share,
       CASE WHEN turns.holder IS NULL THEN turns.team END   AS team,
       coalesce(people.name, turns.holder, CONCAT('team ', turns.team), 'a reviewer') AS whom,
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
  AND turns.turn IN ('reviewer', 'approver')
  AND turns.rule NOT IN (25, 95)
  AND NOT turns.is_robots
  AND (turns.holder IS NOT NULL OR turns.team IS NOT NULL)
  AND turns.waiting_days BETWEEN $review_wait_days AND $turn_most_days
  AND coalesce(turns.waiting_hours >= $wait_working_hours, true)
