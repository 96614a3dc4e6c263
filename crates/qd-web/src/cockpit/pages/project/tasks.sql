-- unit: low days
-- unit: likely days
-- unit: high days
-- unit: critical share
--
-- The tasks of a project: what each takes, and when it is planned. `critical` is the share of the runs in which the end of a
-- project hung on it; `parts` the days of a task that is put down for others, from one to the other.
SELECT coalesce(tasks.title, tasks.id)                     AS what,
       CASE WHEN tasks.done OR progress.is_done THEN 'done' WHEN plan.is_begun THEN 'begun' WHEN plan.why_not IS NOT NULL THEN 'not planned' ELSE 'to do' END AS state,
       coalesce(plan.people, make_array(tasks.owner))      AS people,
       tasks.estimate_low AS low, tasks.estimate_likely AS likely, tasks.estimate_high AS high,
       plan.starts, plan.ends, plan.p80                    AS in_8_of_10_by,
       plan.critical, tasks.deadline, plan.is_late,
       CASE WHEN array_length(plan.parts) > 0 THEN plan.parts END AS parts,
       plan.why_not                                        AS note
FROM tasks
LEFT JOIN schedule AS plan          ON plan.project = tasks.project AND plan.task = tasks.id
LEFT JOIN task_progress AS progress ON progress.project = tasks.project AND progress.task = tasks.id
WHERE tasks.project = $about
ORDER BY CASE WHEN plan.task IS NULL THEN 1 ELSE 0 END, plan.starts NULLS LAST, plan.ends, tasks.line
