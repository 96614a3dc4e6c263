-- When all of a team are at work at once, on each of the next ten days on which two of them or more are: from
-- when to when, and how many minutes that is: 0, and no times, where the last begins after the first has gone. Those who are
-- away that day are left out; a team of one place overlaps all day.
SELECT met.team,
       met.day,
       met.people,
       met.zones,
       CASE WHEN met.begins < met.ends THEN met.begins END                                              AS starts_at,
       CASE WHEN met.begins < met.ends THEN met.ends END                                                AS ends_at,
       greatest((CAST(met.ends AS BIGINT) - CAST(met.begins AS BIGINT)) / 60000000, 0)                  AS minutes
FROM (
    SELECT teams.team, there.day, count(*) AS people, count(DISTINCT there.zone) AS zones,
           max(there.starts_at) AS begins, min(there.ends_at) AS ends
    FROM working_days AS there
    JOIN (SELECT id AS team, unnest(members) AS person FROM teams WHERE until IS NULL OR until >= current_date) AS teams
      ON teams.person = there.person
    WHERE there.place IS NOT NULL
    GROUP BY teams.team, there.day
    HAVING count(*) > 1
) AS met
