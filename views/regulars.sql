-- Who is at home in a repository's threads: they wrote, reviewed or opened there again and again in
-- the last half year. Somebody who reported one thing and went is a guest: nobody there would
-- be glad to hear that a guest has not answered.
WITH spoken AS (
    SELECT source, repo, lower(author) AS login, created_at AS at, author_is_bot AS robot FROM comments
    UNION ALL
    SELECT source, repo, lower(reviewer), submitted_at, reviewer_is_bot FROM reviews
    UNION ALL
    SELECT source, repo, lower(author), merged_at, author_is_bot FROM change_requests WHERE merged_at IS NOT NULL
)
SELECT spoken.source, spoken.repo, coalesce(whose.person, spoken.login) AS person, count(*) AS acts
FROM spoken
LEFT JOIN declared_logins AS whose ON whose.login = spoken.login
WHERE spoken.at >= current_date - $active_days
  AND spoken.login IS NOT NULL
  AND spoken.login NOT LIKE '%[bot]'
  AND NOT coalesce(spoken.robot, false)
  AND NOT coalesce(whose.is_bot, false)
GROUP BY spoken.source, spoken.repo, coalesce(whose.person, spoken.login)
HAVING count(*) >= $active_acts
