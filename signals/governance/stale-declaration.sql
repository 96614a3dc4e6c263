-- signal: stale-declaration
-- duty: system-map
-- asks: read it, correct it, and set `asserted` to today
-- says: nobody stood by what is declared of {what} {name} for {how_old}, and {moved} since
-- folds: {count} {things} are declared as they were half a year ago and more, while their code moved
-- price: breaks
-- patience: 20d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM areas JOIN teams ON teams.id = areas.id UNION ALL SELECT 1 FROM services UNION ALL SELECT 1 FROM projects LIMIT 1
-- declare: teams, services or projects with their repositories
-- first: who would be surprised if they read it?
--
-- Looked at: teams, services and active projects that nobody has stood by for half a year, and
-- whether facts moved after that: people who are new to their repositories within that time.
-- Commits alone are no reason to doubt a text; other hands are.
WITH declared AS (
    SELECT 'team' AS what, 'teams' AS things, id, coalesce(name, id) AS name, lead AS owner, asserted
    FROM teams WHERE "until" IS NULL OR "until" >= current_date
    UNION ALL
    SELECT 'service', 'services', id, coalesce(name, id), owner, asserted
    FROM services WHERE coalesce(lifecycle, 'production') NOT IN ('deprecated', 'retired')
    UNION ALL
    SELECT 'project', 'projects', id, coalesce(name, id), lead, asserted
    FROM projects WHERE coalesce(status, 'active') = 'active'
),
old AS (
    SELECT * FROM declared WHERE asserted < current_date - $stale_declaration_days
),
arrived AS (
    SELECT repo, person, min(commit_time) AS first_commit, count(*) AS commits
    FROM authored_commits
    GROUP BY repo, person
),
moved AS (
    SELECT old.what, old.id, count(DISTINCT arrived.person) AS newcomers
    FROM old
    JOIN areas   ON areas.kind = old.what AND areas.id = old.id
    JOIN arrived ON arrived.repo = areas.repo
                AND arrived.first_commit > old.asserted
                AND arrived.commits >= $stranger_commits
    GROUP BY old.what, old.id
)
SELECT old.what || ' ' || old.id                    AS subject,
       -- A team may own a service; then its lead is found by the route.
       people.id                                    AS owner,
       old.asserted + $stale_declaration_days       AS since,
       CAST($outdated_per_day AS DOUBLE)            AS probability_per_day,
       CAST(NULL AS DOUBLE)                         AS impact,
       CAST($outdated_impact_days AS DOUBLE)        AS impact_days,
       CASE old.what WHEN 'team'    THEN old.id END AS team,
       CASE old.what WHEN 'service' THEN old.id END AS service,
       CASE old.what WHEN 'project' THEN old.id END AS project,
       old.what                                     AS what,
       old.things                                   AS things,
       old.name                                     AS name,
       spans.words                                  AS how_old,
       CASE moved.newcomers WHEN 1 THEN '1 person new to its code has joined'
            ELSE moved.newcomers || ' people new to its code have joined' END AS moved
FROM old
JOIN moved       ON moved.what = old.what AND moved.id = old.id
JOIN spans       ON spans.days = current_date - old.asserted
LEFT JOIN people ON people.id = old.owner
