-- What a project has taken so far: days that were booked on its tasks, nothing where nobody books.
SELECT coalesce(projects.name, projects.id)         AS project,
       sum(seen.booked_days)                        AS days,
       count(*)                                     AS tasks,
       count(*) FILTER (WHERE seen.is_done)         AS done
FROM task_progress AS seen
JOIN projects ON projects.id = seen.project
WHERE projects.id = '{project}'
GROUP BY projects.id, projects.name
