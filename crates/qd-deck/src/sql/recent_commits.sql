SELECT areas.id AS project, count(DISTINCT changes.sha) AS commits
FROM areas
JOIN file_changes AS changes ON changes.repo = areas.repo AND changes.path LIKE areas.path_like
WHERE areas.kind = 'project' AND changes.commit_time >= now() - INTERVAL '14 days'
GROUP BY areas.id
