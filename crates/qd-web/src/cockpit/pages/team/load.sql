-- unit: planned hours
-- unit: there hours
--
-- What is planned of a team, week by week, beside the hours in which its people are there.
SELECT load.week, sum(load.planned) AS planned, sum(load.there) AS there
FROM team_members AS members
JOIN load ON load.person = members.person AND load.week < current_date + 84
WHERE members.team = $about
GROUP BY load.week
ORDER BY load.week
