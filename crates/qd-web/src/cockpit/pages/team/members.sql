-- unit: planned hours
-- unit: there hours
--
-- Who is in a team; of the next four weeks the hours that are planned, and those in which they are there.
WITH weeks AS (
    SELECT person, sum(planned) AS planned, sum(there) AS there, array_sort(array_distinct(flatten(array_agg(projects)))) AS projects
    FROM load
    WHERE week < current_date + 28
    GROUP BY person
)
SELECT members.person, people.name AS person_name, people.role, people.skills, weeks.planned, weeks.there, weeks.projects,
       min(absences."from") AS away_from, min(absences."to") AS away_to
FROM team_members AS members
JOIN people        ON people.id = members.person
LEFT JOIN weeks    ON weeks.person = members.person
LEFT JOIN absences ON absences.person = members.person AND absences."from" <= current_date + 60 AND coalesce(absences."to", current_date) >= current_date
WHERE members.team = $about
GROUP BY members.person, people.name, people.role, people.skills, weeks.planned, weeks.there, weeks.projects
ORDER BY coalesce(people.name, members.person)
