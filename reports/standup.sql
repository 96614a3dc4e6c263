-- report: standup
-- title: What moved, and whose turn it is
-- layout: table
-- since: 3d
-- narrow: team, project
-- empty: nothing is open and nothing moved
-- declare: a source of a forge or a tracker
--
-- A meeting's page. What was merged and closed in the last days; in whose court the open changes and
-- issues lie (`courts`), by the oldest of them; who waits behind whom, to the end of the chain; and what
-- nobody holds. People stand in the order of their names. What waited for more than a third of a year
-- has another meeting.
WITH homes AS (
    SELECT repo,
           min(CASE WHEN kind = 'team' THEN id END)    AS team,
           min(CASE WHEN kind = 'project' THEN id END) AS project
    FROM areas
    WHERE kind IN ('team', 'project') AND path_like = '%'
    GROUP BY repo
),
moved AS (
    SELECT repo, merged_at AS at, 'merged' AS what, title, lower(author) AS login FROM change_requests
    WHERE merged_at >= $since
    UNION ALL
    SELECT repo, closed_at, 'closed', title, lower(assignees[1]) FROM issues
    WHERE state = 'closed' AND closed_at >= $since
),
held AS (
    SELECT place, who, team,
           count(*) FILTER (WHERE kind = 'review')   AS reviews,
           count(*) FILTER (WHERE kind = 'merge')    AS merges,
           count(*) FILTER (WHERE kind = 'own')      AS own,
           count(*) FILTER (WHERE kind = 'answer')   AS answers,
           count(*) FILTER (WHERE kind = 'assigned') AS assigned,
           count(*) FILTER (WHERE kind = 'change')   AS changes,
           count(*) FILTER (WHERE kind = 'issue')    AS issues,
           first_value(title ORDER BY since, number) AS title,
           first_value(why ORDER BY since, number)   AS why,
           min(since)                                AS since,
           max(moved_at)                             AS moved_at,
           first_value(repo ORDER BY since, number)  AS repo
    FROM courts
    GROUP BY place, who, team
),
done AS (
    SELECT moved.repo, moved.at, moved.what, moved.title, members.team
    FROM moved
    LEFT JOIN declared_logins AS own  ON own.login = moved.login
    LEFT JOIN person_teams AS members ON members.person = own.person
),
lines AS (
    SELECT 1 AS place, repo AS who,
           CONCAT_WS(', ',
                     CASE WHEN count(*) FILTER (WHERE what = 'merged') > 0 THEN count(*) FILTER (WHERE what = 'merged') || ' merged' END,
                     CASE count(*) FILTER (WHERE what = 'closed') WHEN 0 THEN NULL WHEN 1 THEN '1 issue closed'
                          ELSE count(*) FILTER (WHERE what = 'closed') || ' issues closed' END) AS what,
           CONCAT('last: ', last_value(title ORDER BY at, title))       AS why,
           max(at) AS since, max(at) AS moved_at, repo AS repo, team AS own_team
    FROM done
    GROUP BY repo, team
    UNION ALL
    SELECT place, who,
           CASE place WHEN 3 THEN title ELSE CONCAT_WS(', ',
               CASE WHEN reviews > 0  THEN reviews || ' to review' END,
               CASE WHEN merges > 0   THEN merges || ' to merge' END,
               CASE WHEN own > 0      THEN own || ' own to go on with' END,
               CASE WHEN answers > 0  THEN answers || ' to answer' END,
               CASE WHEN assigned > 0 THEN assigned || ' assigned' END,
               CASE changes WHEN 0 THEN NULL WHEN 1 THEN '1 change' ELSE changes || ' changes' END,
               CASE issues WHEN 0 THEN NULL WHEN 1 THEN '1 issue' ELSE issues || ' issues' END) END,
           why, since, moved_at, repo, team
    FROM held
)
SELECT CASE lines.place WHEN 1 THEN 'moved' WHEN 2 THEN 'in the court of'
                        WHEN 3 THEN 'blocked' ELSE 'nobody holds' END AS section,
       lines.who                                    AS who,
       lines.what                                   AS what,
       lines.why                                    AS oldest,
       CAST(lines.since AS DATE)                    AS since,
       coalesce(lines.own_team, homes.team)         AS team,
       homes.project                                AS project,
       lines.moved_at                               AS moved_at
FROM lines
LEFT JOIN homes ON homes.repo = lines.repo
ORDER BY lines.place, lines.who, lines.own_team
