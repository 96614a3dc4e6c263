-- What of somebody's own list is not done, the most urgent first.
SELECT id, coalesce(title, id) AS title, "to", due
FROM todos
WHERE coalesce(person, (SELECT max(me) FROM company)) = $about
  AND (done IS NULL OR done > current_date) AND (added IS NULL OR added <= current_date)
ORDER BY due NULLS LAST, added, id
