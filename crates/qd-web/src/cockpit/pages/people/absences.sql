-- Who is away now or in the next sixty days.
SELECT absences.person, coalesce(people.name, absences.person) AS person_name, absences."from" AS first_day, absences."to" AS last_day
FROM absences
JOIN people ON people.id = absences.person AND (people."left" IS NULL OR people."left" >= current_date)
WHERE absences."from" <= current_date + 60 AND coalesce(absences."to", current_date) >= current_date
ORDER BY first_day, person_name
LIMIT 100
