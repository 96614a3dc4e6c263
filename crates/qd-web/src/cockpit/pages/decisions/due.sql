-- What is not as it should be with decisions, goals and promises that carry a query or a day: violated first, then what is due or cannot be
-- confirmed.
SELECT told.title AS what, told.kind, told.state, told.since AS due_since, told.rows AS contradicted_by, told.detail AS why
FROM confirmations AS told
WHERE told.state <> 'holding'
ORDER BY CASE told.state WHEN 'violated' THEN 1 WHEN 'due' THEN 2 ELSE 3 END, due_since NULLS LAST, what
LIMIT 200
