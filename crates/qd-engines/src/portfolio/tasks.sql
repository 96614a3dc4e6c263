-- What of them is not done, in the order in which it was written down.
SELECT tasks.project, tasks.id, coalesce(tasks.title, tasks.id) AS title, tasks.owner, tasks.skill,
       tasks.estimate_low AS low, tasks.estimate_likely AS likely, tasks.estimate_high AS high,
       tasks.after, tasks.deadline, coalesce(tasks.done, false) AS is_done
FROM tasks
ORDER BY tasks.project, tasks.line, tasks.id
