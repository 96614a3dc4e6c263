SELECT repo, first_value(person ORDER BY commits DESC, person) AS person
FROM active_people
GROUP BY repo
