-- Who works in the code and stands in no file of the company.
SELECT active.person, min(active.person_name) AS person_name, array_sort(array_agg(DISTINCT active.repo)) AS repositories
FROM active_people AS active
LEFT JOIN people ON people.id = active.person
WHERE people.id IS NULL
GROUP BY active.person
ORDER BY person_name, active.person
LIMIT 300
