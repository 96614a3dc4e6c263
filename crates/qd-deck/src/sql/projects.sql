SELECT DISTINCT repo, id, full_name
FROM versions.forge_repositories
WHERE source = '{source}'
ORDER BY repo, full_name
