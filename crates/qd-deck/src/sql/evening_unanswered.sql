-- Who has no answer of a person yet, oldest first; what only tells them something comes after.
SELECT owed.kind, owed.since, coalesce(owed.asker_name, 'somebody') AS whom,
       coalesce(relations.name, owed.relation) AS relation,
       coalesce(owed.sentence, owed.title, 'without a subject') AS what,
       CASE WHEN owed.repo IS NULL THEN NULL ELSE CONCAT(owed.repo, ' ', owed.number) END AS place, owed.url
FROM obligations AS owed
LEFT JOIN relations ON relations.id = owed.relation
WHERE owed.person = '{person}'
ORDER BY owed.kind, owed.since, owed.number
