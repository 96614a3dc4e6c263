-- signal: change-without-reviewer
-- duty: code-review
-- asks: ask somebody for a review
-- says: nobody was asked to review {title} ({repo} {number}) by {author}, open for {waiting}
-- folds: {count} changes of {repo} have no reviewer, the oldest since {oldest}
-- price: waits
-- patience: 2d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM reviews LIMIT 1
-- declare: a source of a forge that tells reviews and who is asked for them: GitHub or GitLab
-- first: who knows what it touches?
--
-- Looked at: open change requests on which nobody but the author has said a word, that nobody was asked to
-- review and that are assigned to nobody. Only where changes are reviewed at all: others reviewed
-- five in the last half year. Silent about drafts, robots, what has lain for a third of a year, and where the
-- source does not tell who is asked.
WITH habits AS (
    SELECT reviews.source, reviews.repo
    FROM reviews
    JOIN change_requests AS change ON change.source = reviews.source AND change.repo = reviews.repo
                                  AND change.number = reviews.number
    LEFT JOIN declared_logins AS whose  ON whose.login = lower(reviews.reviewer)
    LEFT JOIN declared_logins AS opener ON opener.login = lower(change.author)
    WHERE reviews.submitted_at >= current_date - $active_days
      AND reviews.reviewer IS NOT NULL
      AND (coalesce(whose.person, lower(reviews.reviewer)) IS DISTINCT FROM coalesce(opener.person, lower(change.author)))
      AND NOT coalesce(reviews.reviewer_is_bot, false)
    GROUP BY reviews.source, reviews.repo
    HAVING count(DISTINCT reviews.number) >= $active_acts
),
asking AS (
    SELECT source, repo FROM review_requests GROUP BY source, repo
)
SELECT CONCAT(turns.repo, ' change ', turns.number)         AS subject,
       CAST(NULL AS VARCHAR)                                AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($review_wait_share AS DOUBLE)                   AS share,
       coalesce(turns.author_name, 'a gone account')        AS author,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       turns.evidence                                       AS evidence,
       spans.words                                          AS waiting,
       turns.url                                            AS url
FROM turns
JOIN spans  ON spans.days = turns.waiting_days
JOIN habits ON habits.source = turns.source AND habits.repo = turns.repo
JOIN open_items AS item ON item.source = turns.source AND item.repo = turns.repo
                       AND item."of" = turns."of" AND item.number = turns.number
LEFT JOIN asking ON asking.source = turns.source AND asking.repo = turns.repo
WHERE turns."of" = 'change_request'
  AND turns.turn = 'nobody'
  AND NOT turns.is_robots
  AND NOT turns.is_draft
  AND (item.requested_reviewers IS NOT NULL OR item.requested_teams IS NOT NULL OR asking.repo IS NOT NULL)
  AND turns.waiting_days BETWEEN $unasked_days AND $turn_most_days
