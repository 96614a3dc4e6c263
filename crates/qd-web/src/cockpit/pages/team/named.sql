SELECT id, coalesce(name, id) AS name
FROM teams
WHERE id = $about OR lower(name) = lower($about)
ORDER BY CASE WHEN id = $about THEN 0 ELSE 1 END, id
LIMIT 1
