-- When they are away; without a last day, for as long as is known.
SELECT person, "from" AS first_day, "to" AS last_day FROM absences ORDER BY person, "from"
