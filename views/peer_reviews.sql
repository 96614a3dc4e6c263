-- kept: yes
--
-- Reviews of merged change requests by a person other than the author, as they stood at the end: one row for each
-- reviewer, whatever logins they have, `is_approved` where the last thing they decided was to approve. Robots' reviews are none. A change that the
-- forge calls approved, and of which no review at all is known, has one by nobody known.
SELECT given.source,
       given.repo,
       given.number,
       min(lower(given.reviewer))                                                             AS reviewer,
       coalesce(whose.person, lower(given.reviewer))                                          AS person,
       coalesce(last_value(given.state ORDER BY given.submitted_at, given.state = 'dismissed')
                FILTER (WHERE given.state <> 'commented') = 'approved', false)                AS is_approved,
       min(given.submitted_at)                                                                AS first_at
FROM reviews AS given
JOIN change_requests AS asked ON asked.source = given.source
                             AND asked.repo = given.repo
                             AND asked.number = given.number
                             AND asked.merged_at IS NOT NULL
LEFT JOIN robots ON robots.login = lower(given.reviewer)
LEFT JOIN declared_logins AS whose  ON whose.login = lower(given.reviewer)
LEFT JOIN declared_logins AS opener ON opener.login = lower(asked.author)
WHERE robots.login IS NULL
  AND NOT coalesce(given.reviewer_is_bot, false)
  AND coalesce(given.reviewer, '') NOT LIKE '%[bot]'
  AND (coalesce(whose.person, lower(given.reviewer)) IS DISTINCT FROM coalesce(opener.person, lower(asked.author)))
  AND given.submitted_at <= asked.merged_at
GROUP BY given.source, given.repo, given.number, coalesce(whose.person, lower(given.reviewer))
UNION ALL
SELECT asked.source,
       asked.repo,
       asked.number,
       CAST(NULL AS VARCHAR),
       CAST(NULL AS VARCHAR),
       asked.review_decision = 'approved',
       asked.merged_at
FROM change_requests AS asked
LEFT JOIN (SELECT source, repo, number FROM reviews GROUP BY source, repo, number) AS told
       ON told.source = asked.source AND told.repo = asked.repo AND told.number = asked.number
WHERE asked.merged_at IS NOT NULL
  AND asked.review_decision = 'approved'
  AND told.number IS NULL
