-- The commits of those repositories with the person, where one wrote it. A merge tells nothing that
-- its parts did not.
SELECT commits.repo,
       commits.sha,
       commits.commit_time,
       commits.author_time,
       commits.subject,
       CASE WHEN coalesce(addresses.is_bot, false) THEN NULL
            ELSE coalesce(addresses.person, lower(commits.author_email)) END AS person
FROM commits
LEFT JOIN addresses ON addresses.email = lower(commits.author_email)
WHERE commits.parents <= 1
  AND commits.repo IN (SELECT repo FROM change_requests WHERE state = 'open')
