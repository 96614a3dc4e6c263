-- What was estimated and is done, with what it took.
SELECT category, person, project, estimate_days, actual_days, began, done
FROM estimate_history
ORDER BY done, began, project, id
