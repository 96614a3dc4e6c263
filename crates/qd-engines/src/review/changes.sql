-- What each commit did to each path, of repositories where a change request is open.
SELECT changes.repo, changes.sha, changes.path, changes.previous_path, changes.added
FROM file_changes AS changes
WHERE changes.repo IN (SELECT repo FROM change_requests WHERE state = 'open')
