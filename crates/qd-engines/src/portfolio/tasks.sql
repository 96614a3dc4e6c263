-- What of them is not done, in the order in which it was written down, and what was seen of it.
SELECT tasks.project, tasks.id, coalesce(tasks.title, tasks.id) AS title, tasks.owner, tasks.skill, tasks.skills,
       tasks.estimate_low AS low, tasks.estimate_likely AS likely, tasks.estimate_high AS high,
       tasks.after, tasks.deadline, tasks.begins,
       CAST(tasks.value_per_day AS DOUBLE) AS delay_cost_per_day,
       CAST(tasks.priority AS DOUBLE) AS priority, tasks.preferred,
       coalesce(seen.is_done, tasks.done, false) AS is_done, seen.began IS NOT NULL AS is_begun,
       seen.done_share, seen.spent_days,
       accepted.people AS accepted_people, accepted.starts AS accepted_start
FROM tasks
LEFT JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id
LEFT JOIN (
    SELECT task, people, starts FROM accepted_tasks WHERE plan = (SELECT max(plan) FROM accepted_tasks)
) AS accepted ON accepted.task = concat(tasks.project, '/', tasks.id)
ORDER BY tasks.project, tasks.line, tasks.id
