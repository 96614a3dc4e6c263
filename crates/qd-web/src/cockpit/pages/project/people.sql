-- Who works on a project: who is named for it, who is in its team, and who has a task of it in the plan.
WITH named AS (
    SELECT lead AS person, 'leads it' AS why FROM projects WHERE id = $about AND lead IS NOT NULL
    UNION ALL
    SELECT unnest(people), 'named for it' FROM projects WHERE id = $about
    UNION ALL
    SELECT members.person, 'in its team' FROM projects JOIN team_members AS members ON members.team = projects.team WHERE projects.id = $about
    UNION ALL
    SELECT DISTINCT planned.person, 'in its plan' FROM (SELECT unnest(people) AS person FROM schedule WHERE project = $about) AS planned
)
SELECT named.person, people.name AS person_name, people.role,
       array_to_string(array_sort(array_agg(DISTINCT named.why)), ', ')    AS why,
       min(absences."from")                                            AS away_from
FROM named
JOIN people        ON people.id = named.person
LEFT JOIN absences ON absences.person = named.person AND coalesce(absences."to", DATE '9999-12-31') >= current_date
                  AND absences."from" <= current_date + 60
GROUP BY named.person, people.name, people.role
ORDER BY coalesce(people.name, named.person)
