-- report: overlap
-- title: When teams are at work at once
-- layout: table
-- empty: no team has two people or more
-- declare: teams with `members`, and people with their `timezone`
--
-- The shortest and the usual time of the next ten days in which all of a team who are there that day are at
-- work at once, by their own clocks (`working_day_begins`, `working_day_ends`), holidays and absences.
SELECT coalesce(teams.name, teams.id)                                              AS team,
       max(overlaps.people)                                                        AS people,
       max(overlaps.zones)                                                         AS zones,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY overlaps.minutes) / 60.0, 1) || ' h' AS overlap,
       round(min(overlaps.minutes) / 60.0, 1) || ' h'                              AS shortest,
       coalesce(to_char(first_value(overlaps.starts_at ORDER BY overlaps.day), '%H:%M') || ' to '
                || to_char(first_value(overlaps.ends_at ORDER BY overlaps.day), '%H:%M'), 'not at once') AS next_in_utc
FROM overlaps
JOIN teams ON teams.id = overlaps.team
GROUP BY coalesce(teams.name, teams.id)
ORDER BY team
