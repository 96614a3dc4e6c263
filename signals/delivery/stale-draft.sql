-- signal: stale-draft
-- duty: delivery-promises
-- asks: finish it, hand it over, or close it
-- says: the draft {title} ({repo} {number}) by {whom} has not moved for {waiting}
-- folds: {count} drafts of {repo} do not move, the oldest since {oldest}
-- price: waits
-- patience: 7d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM change_requests WHERE is_draft IS NOT NULL LIMIT 1
-- declare: a source of a forge that tells drafts: GitHub or GitLab
-- first: what is missing?
--
-- Looked at: drafts in whose thread nothing was done for longer than a month, neither a push nor a word.
-- Silent about guests and robots, and after half a year: it is an archive then.
SELECT CONCAT(turns.repo, ' change ', turns.number)         AS subject,
       people.id                                            AS owner,
       turns.moved_at                                       AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($stale_branch_share AS DOUBLE)                  AS share,
       coalesce(people.name, turns.author_name)             AS whom,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       spans.words                                          AS waiting,
       turns.url                                            AS url
FROM turns
JOIN spans          ON spans.days = current_date - CAST(turns.moved_at AS DATE)
LEFT JOIN people    ON people.id = turns.author_person
LEFT JOIN regulars  ON regulars.source = turns.source AND regulars.repo = turns.repo
                   AND regulars.person = turns.author_person
WHERE turns."of" = 'change_request'
  AND turns.is_draft
  AND NOT turns.is_robots
  AND (people.id IS NOT NULL OR regulars.person IS NOT NULL)
  AND spans.days BETWEEN $stale_draft_days AND $active_days
