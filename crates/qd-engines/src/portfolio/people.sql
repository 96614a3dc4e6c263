-- Who can work, with what is left of their week after meetings, as the last four weeks show it; without a calendar
-- that is read, none is known and none is taken away.
SELECT people.id,
       coalesce(people.name, people.id)                                                 AS name,
       people.skills,
       people.capacity,
       people.weekdays,
       coalesce(met.minutes, 0) / (20 * 480.0)                                          AS meetings,
       people.joined, people."left"
FROM people
LEFT JOIN (
    SELECT person, sum(minutes) AS minutes
    FROM time_spent
    WHERE kind IN ('one-to-one', 'team', 'large', 'outward') AND day >= current_date - 28
    GROUP BY person
) AS met ON met.person = people.id
WHERE NOT coalesce(people.is_bot, false)
ORDER BY people.id
