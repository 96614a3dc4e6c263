SELECT o.repo, o.path, first_value(o.person ORDER BY o.share DESC, o.last_touched DESC, o.person) AS person
FROM ownership AS o
JOIN active_people AS a ON a.source = o.source AND a.repo = o.repo AND a.person = o.person
WHERE o.repo || ':' || o.path IN ({places})
GROUP BY o.repo, o.path
