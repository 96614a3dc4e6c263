SELECT repo, count(*) AS commits
FROM commits
WHERE commit_time >= now() - INTERVAL '14 days'
GROUP BY repo
