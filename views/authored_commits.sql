-- Commits written by people, with the person. What robots wrote is left out.
SELECT commits.source,
       commits.repo,
       commits.sha,
       commits.parents,
       addresses.person,
       addresses.person_name,
       addresses.is_declared,
       commits.author_time,
       commits.commit_time,
       commits.subject,
       commits.files,
       commits.added,
       commits.removed
FROM commits
JOIN addresses ON addresses.email = lower(commits.author_email)
WHERE NOT addresses.is_bot
