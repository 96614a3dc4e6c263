-- signal: collaboration-over
-- duty: org-shape
-- asks: end it, or agree on a new date and a reason
-- says: {team_name} and {other_name} agreed on {mode} until {day}{purpose}
-- price: waits
-- patience: 10d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM interactions WHERE "until" IS NOT NULL LIMIT 1
-- declare: interactions of teams with their `until`
-- first: what can each of the two do alone now?
--
-- Looked at: interactions whose end is past while both teams still exist, without another one of
-- the two that goes on. Working side by side costs both teams attention, and is
-- meant to end (Skelton and Pais 2019): hence the price, a little of each member's day.
WITH alive AS (
    SELECT id, coalesce(name, id) AS name, lead, coalesce(array_length(members), 1) AS size
    FROM teams
    WHERE "until" IS NULL OR "until" >= current_date
),
going_on AS (
    SELECT least(team, "with") AS one, greatest(team, "with") AS other
    FROM interactions
    WHERE "until" IS NULL OR "until" >= current_date
    GROUP BY least(team, "with"), greatest(team, "with")
)
SELECT ours.id || ' and ' || theirs.id                   AS subject,
       ours.lead                                         AS owner,
       interactions."until"                              AS since,
       CAST(ours.size + theirs.size AS DOUBLE)           AS people,
       CAST($collaboration_share AS DOUBLE)              AS share,
       ours.id                                           AS team,
       ours.name                                         AS team_name,
       theirs.name                                       AS other_name,
       replace(interactions.mode, '-', ' ')              AS mode,
       interactions."until"                              AS day,
       coalesce(' (' || interactions.purpose || ')', '') AS purpose
FROM interactions
JOIN alive AS ours   ON ours.id = interactions.team
JOIN alive AS theirs ON theirs.id = interactions."with"
LEFT JOIN going_on   ON going_on.one = least(interactions.team, interactions."with")
                    AND going_on.other = greatest(interactions.team, interactions."with")
WHERE interactions."until" < current_date
  AND going_on.one IS NULL
