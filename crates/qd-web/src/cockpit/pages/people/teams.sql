-- unit: planned hours
-- unit: there hours
--
-- The teams of today, and what is planned of them in the next four weeks beside the hours in which they are there.
WITH weeks AS (
    SELECT members.team, sum(load.planned) AS planned, sum(load.there) AS there
    FROM team_members AS members
    JOIN load ON load.person = members.person AND load.week < current_date + 28
    GROUP BY members.team
),
sizes AS (
    SELECT team, count(*) AS people FROM team_members GROUP BY team
)
SELECT teams.id AS team, teams.name AS team_name, teams.type, teams.lead, people.name AS lead_name, sizes.people AS size,
       weeks.planned, weeks.there, parents.id AS part_of, teams.mission
FROM teams
LEFT JOIN people           ON people.id = teams.lead
LEFT JOIN sizes            ON sizes.team = teams.id
LEFT JOIN weeks            ON weeks.team = teams.id
LEFT JOIN teams AS parents ON parents.id = teams.parent
WHERE teams.until IS NULL OR teams.until >= current_date
ORDER BY coalesce(teams.name, teams.id)
