-- Who is not there today: away, or gone.
SELECT person
FROM absences
WHERE "from" <= current_date AND coalesce("to", current_date) >= current_date
UNION
SELECT id AS person
FROM people
WHERE "left" < current_date
