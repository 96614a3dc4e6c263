SELECT repo || ': ' || count(*) || CASE WHEN count(*) = 1 THEN ' commit' ELSE ' commits' END
       || ' by ' || count(DISTINCT person)
       || CASE WHEN count(DISTINCT person) = 1 THEN ' person' ELSE ' people' END
       || ' in seven days' AS sentence
FROM authored_commits
WHERE commit_time >= now() - INTERVAL '7 days'
GROUP BY repo
ORDER BY count(*) DESC, repo
LIMIT 5
