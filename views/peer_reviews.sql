-- Reviews of merged change requests by a person other than the author, as they stood at the end: one row for each
-- reviewer, `is_approved` where the last thing they decided was to approve. Robots' reviews are none.
SELECT given.source,
       given.repo,
       given.number,
       lower(given.reviewer)                                                                  AS reviewer,
       coalesce(last_value(given.state ORDER BY given.submitted_at)
                FILTER (WHERE given.state <> 'commented') = 'approved', false)                AS is_approved,
       min(given.submitted_at)                                                                AS first_at
FROM reviews AS given
JOIN change_requests AS asked ON asked.source = given.source
                             AND asked.repo = given.repo
                             AND asked.number = given.number
                             AND asked.merged_at IS NOT NULL
LEFT JOIN robots ON robots.login = lower(given.reviewer)
WHERE robots.login IS NULL
  AND NOT coalesce(given.reviewer_is_bot, false)
  AND coalesce(given.reviewer, '') NOT LIKE '%[bot]'
  AND (lower(given.reviewer) IS DISTINCT FROM lower(asked.author))
  AND given.submitted_at <= asked.merged_at
GROUP BY given.source, given.repo, given.number, lower(given.reviewer)
