-- kept: yes
--
-- Who works on a repository: people who committed to it again and again in the last half year
-- and are not known to have left. Who sent one change and was not seen again is a guest: a public
-- repository has dozens of them, and none could be asked to know or to own anything.
SELECT work.source,
       work.repo,
       work.person,
       max(work.person_name) AS person_name,
       count(*)              AS commits,
       min(work.commit_time) AS first_commit,
       max(work.commit_time) AS last_commit
FROM authored_commits AS work
LEFT JOIN people ON people.id = work.person
WHERE work.commit_time >= current_date - $active_days
  AND (people."left" IS NULL OR people."left" >= current_date)
GROUP BY work.source, work.repo, work.person
HAVING count(*) >= $active_commits
