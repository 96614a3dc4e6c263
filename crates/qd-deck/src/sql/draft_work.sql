SELECT f.repo,
       CASE WHEN strpos(f.path, '/') = 0 THEN '' ELSE split_part(f.path, '/', 1) || '/' END AS folder,
       a.person,
       count(DISTINCT f.sha) AS commits
FROM file_changes AS f
JOIN addresses AS a ON a.email = lower(f.author_email) AND NOT a.is_bot
WHERE f.commit_time >= now() - INTERVAL '365 days'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
