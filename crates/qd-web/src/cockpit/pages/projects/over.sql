-- Projects that are over.
SELECT projects.id AS project, coalesce(projects.name, projects.id) AS project_name, projects.status,
       coalesce(relations.name, projects.client) AS client, projects.started, projects.deadline AS promised
FROM projects
LEFT JOIN relations ON relations.id = projects.client
WHERE projects.status IN ('done', 'cancelled')
ORDER BY projects.deadline DESC NULLS LAST, project_name
LIMIT 100
