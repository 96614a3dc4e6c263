-- The team that a person is of, as member or lead; of several the first by id.
SELECT person, min(team) AS team
FROM (SELECT id AS team, unnest(members) AS person FROM teams WHERE until IS NULL OR until >= current_date
      UNION ALL
      SELECT id, lead FROM teams WHERE until IS NULL OR until >= current_date) AS own
WHERE person IS NOT NULL
GROUP BY person
