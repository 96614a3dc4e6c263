-- Who reports to whom today, who is in which team, and who is away.
WITH away AS (
    SELECT person, max(coalesce("to", DATE '9999-12-31')) AS until
    FROM absences
    WHERE "from" <= current_date AND coalesce("to", DATE '9999-12-31') >= current_date
    GROUP BY person
),
own AS (
    SELECT person, array_sort(array_agg(DISTINCT team)) AS teams FROM team_members GROUP BY person
)
SELECT people.id AS person, people.name AS person_name, people.role, people.reports_to AS manager, own.teams, away.until AS away_until
FROM people
LEFT JOIN own  ON own.person = people.id
LEFT JOIN away ON away.person = people.id
WHERE NOT coalesce(people.is_bot, false)
  AND (people."left" IS NULL OR people."left" >= current_date)
  AND coalesce(people.joined, current_date) <= current_date
ORDER BY coalesce(people.name, people.id)
