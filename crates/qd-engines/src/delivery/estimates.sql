-- What was estimated and is done: what was said, and what it took.
SELECT id, category, person, project, estimate_days, actual_days, low_days, high_days, began, done
FROM estimate_history
ORDER BY done, began, project, id
