SELECT person, person_name, email FROM addresses ORDER BY email
