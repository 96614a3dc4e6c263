-- Who the authors of each file are.
SELECT source, repo, path, person, last_touched
FROM ownership
WHERE is_author
