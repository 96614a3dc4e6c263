-- Commits of a year with the one each was made on, and where the default branch stands.
SELECT commits.source, commits.repo, commits.sha, commits.first_parent, commits.commit_time, repositories.head
FROM commits
JOIN repositories ON repositories.source = commits.source AND repositories.repo = commits.repo
WHERE commits.commit_time >= current_date - 365
