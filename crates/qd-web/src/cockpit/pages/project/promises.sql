-- Milestones: what of a project is promised to somebody, and what of it has a day of its own.
SELECT coalesce(promised.title, promised.id) AS what, coalesce(relations.name, promised."to") AS whom,
       promised.due, people.id AS person, people.name AS person_name, coalesce(promised.done, false) AS done
FROM commitments AS promised
LEFT JOIN relations ON relations.id = promised."to"
LEFT JOIN people    ON people.id = promised.owner
WHERE promised.project = $about
UNION ALL
SELECT coalesce(tasks.title, tasks.id), CAST(NULL AS VARCHAR), tasks.deadline, people.id, people.name, coalesce(tasks.done, false)
FROM tasks
LEFT JOIN people ON people.id = tasks.owner
WHERE tasks.project = $about AND tasks.deadline IS NOT NULL
ORDER BY due NULLS LAST, what
