-- Who committed to a repository within the last year.
SELECT source, repo, person
FROM authored_commits
WHERE commit_time >= current_date - 365
GROUP BY source, repo, person
