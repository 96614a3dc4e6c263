-- Who the authors of each file are.
SELECT source, repo, path, person
FROM ownership
WHERE is_author
