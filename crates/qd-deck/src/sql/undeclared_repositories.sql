SELECT DISTINCT repositories.repo
FROM repositories
LEFT JOIN areas ON areas.repo = repositories.repo
WHERE areas.repo IS NULL
ORDER BY repositories.repo
