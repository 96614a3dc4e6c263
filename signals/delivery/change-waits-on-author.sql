-- signal: change-waits-on-author
-- duty: delivery-promises
-- asks: finish it, hand it over, or close it
-- says: {title} ({repo} {number}) waits for its author {whom} since {waiting}: {evidence}
-- folds: {count} changes of {repo} wait for their authors, the oldest since {oldest}
-- price: waits
-- patience: 5d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM change_requests WHERE coalesce(checks, mergeable, review_decision) IS NOT NULL UNION ALL SELECT 1 FROM builds UNION ALL SELECT 1 FROM reviews LIMIT 1
-- declare: a source of a forge that tells checks, conflicts or reviews: GitHub or GitLab
-- first: is it still wanted?
--
-- Looked at: open change requests whose turn it is of their author: checks that fail or never end, conflicts,
-- changes requested, remarks. Review was paid for already, and goes stale. Silent where somebody merely
-- spoke last, about drafts (stale-draft), questions, robots, and guests, who owe nothing.
SELECT CONCAT(turns.repo, ' change ', turns.number)         AS subject,
       people.id                                            AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($author_wait_share AS DOUBLE)                   AS share,
       coalesce(people.name, turns.author_name)             AS whom,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       turns.evidence                                       AS evidence,
       concat_ws(', ', spans.words, worked.words)         AS waiting,
       turns.url                                            AS url
FROM turns
JOIN spans          ON spans.days = turns.waiting_days
LEFT JOIN working_spans AS worked ON worked.hours = CAST(floor(turns.waiting_hours) AS BIGINT)
LEFT JOIN people    ON people.id = turns.holder
LEFT JOIN regulars  ON regulars.source = turns.source AND regulars.repo = turns.repo AND regulars.person = turns.holder
WHERE turns."of" = 'change_request'
  AND turns.turn = 'author'
  AND turns.rule IN (15, 20, 30, 40, 58, 88)
  AND NOT turns.is_robots
  AND (people.id IS NOT NULL OR regulars.person IS NOT NULL)
  AND turns.waiting_days BETWEEN $author_wait_days AND $turn_most_days
  AND coalesce(turns.waiting_hours >= $wait_working_hours, true)
