-- How teams work together: what they declare, and what was seen in the last twelve weeks: changes of one that the other reviewed, changes of
-- one to code that the other owns, and open issues of one that wait for the other.
SELECT every.team, own.name AS team_name, every.other AS other_team, others.name AS other_team_name,
       coalesce(every.mode, 'not declared') AS mode, every.purpose, every.until,
       coalesce(every.changes, 0) AS changes_to_its_code, coalesce(every.reviews, 0) AS reviews_by_it, coalesce(every.waits, 0) AS issues_that_wait
FROM team_interactions AS every
LEFT JOIN teams AS own    ON own.id = every.team
LEFT JOIN teams AS others ON others.id = every.other
ORDER BY team_name, other_team_name
LIMIT 200
