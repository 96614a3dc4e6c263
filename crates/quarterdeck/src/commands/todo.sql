-- What of the user's own list is not done, the most urgent first.
SELECT id, coalesce(title, id), "to", due
FROM todos
WHERE (done IS NULL OR done > current_date) AND (added IS NULL OR added <= current_date)
ORDER BY due NULLS LAST, added, id
