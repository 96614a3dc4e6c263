-- What there are figures of.
SELECT limits.id AS about, coalesce(services.name, teams.name, projects.name, limits.id) AS about_name
FROM (SELECT DISTINCT level, id FROM delivery_limits WHERE level = $about) AS limits
LEFT JOIN services ON services.id = limits.id AND limits.level = 'service'
LEFT JOIN teams    ON teams.id = limits.id AND limits.level = 'team'
LEFT JOIN projects ON projects.id = limits.id AND limits.level = 'project'
ORDER BY about_name
