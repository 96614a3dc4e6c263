-- Who owns what of a repository: what teams and services declare, and its CODEOWNERS.
SELECT areas.kind AS declared_by, areas.place AS what, areas.id AS owner
FROM areas
WHERE areas.repo = $about AND areas.kind IN ('team', 'service', 'project')
UNION ALL
SELECT 'CODEOWNERS', code_owners.pattern, array_to_string(code_owners.owners, ', ')
FROM code_owners
WHERE code_owners.repo = $about
ORDER BY declared_by, what, owner
LIMIT 200
