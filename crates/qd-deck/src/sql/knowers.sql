SELECT repo, path, first_value(person ORDER BY share DESC, last_touched DESC, person) AS person
FROM ownership
WHERE repo || ':' || path IN ({places})
GROUP BY repo, path
