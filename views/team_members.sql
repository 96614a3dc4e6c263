-- Who is of a team today, as a member or as its lead, and has not left.
SELECT DISTINCT own.team, own.team_name, own.person
FROM (SELECT id AS team, coalesce(name, id) AS team_name, unnest(members) AS person
      FROM teams WHERE until IS NULL OR until >= current_date
      UNION ALL
      SELECT id, coalesce(name, id), lead FROM teams WHERE until IS NULL OR until >= current_date) AS own
JOIN people ON people.id = own.person AND (people."left" IS NULL OR people."left" >= current_date)
