-- What a team is.
SELECT teams.lead, people.name AS lead_name, teams.type, parents.id AS part_of, teams.until AS dissolved,
       array_to_string(teams.owns, ', ') AS owns,
       (SELECT array_to_string(array_sort(array_agg(coalesce(name, id))), ', ') FROM projects WHERE team = $about AND coalesce(status, 'active') NOT IN ('done', 'cancelled')) AS does,
       teams.mission
FROM teams
LEFT JOIN people           ON people.id = teams.lead
LEFT JOIN teams AS parents ON parents.id = teams.parent
WHERE teams.id = $about
