-- Items of work, by project; of those that belong to none, by where they are kept.
SELECT project, coalesce(project, repo) AS stream, opened, closed, is_open
FROM project_items
ORDER BY stream, opened, closed
