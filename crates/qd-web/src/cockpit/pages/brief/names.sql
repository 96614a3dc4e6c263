-- People and projects with what they are called.
SELECT id, coalesce(name, id) AS name, CAST(NULL AS VARCHAR[]) AS repositories
FROM people
UNION ALL
SELECT id, coalesce(name, id), coalesce(repositories, make_array())
FROM projects
