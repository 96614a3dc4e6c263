-- signal: no-owner
-- duty: system-map
-- asks: name an owner
-- says: {what} {name} {trouble}
-- folds: {count} {things} have nobody who answers for them
-- price: waits
-- patience: 10d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM services UNION ALL SELECT 1 FROM projects UNION ALL SELECT 1 FROM vendors UNION ALL SELECT 1 FROM teams LIMIT 1
-- declare: services, projects, vendors, or teams with what they own
-- first: who is asked today when something is wrong with it?
--
-- Looked at: everything declared that somebody should answer for (services, projects, vendors,
-- goals, risks, commitments, teams), whether it names somebody, and whether that person or team
-- is still there. Repositories too, once teams say what they own: those with work in the last
-- quarter that no team or service claims. What is retired, done or dissolved needs nobody.
WITH owned AS (
    SELECT 'service' AS what, 'services' AS things, id, coalesce(name, id) AS name, owner AS owner, asserted
    FROM services WHERE coalesce(lifecycle, 'production') NOT IN ('deprecated', 'retired')
    UNION ALL
    SELECT 'project', 'projects', id, coalesce(name, id), coalesce(lead, team), asserted
    FROM projects WHERE coalesce(status, 'active') = 'active'
    UNION ALL
    SELECT 'vendor', 'vendors', id, coalesce(name, id), owner, asserted FROM vendors
    UNION ALL
    SELECT 'goal', 'goals', id, '"' || coalesce(title, id) || '"', owner, asserted
    FROM goals WHERE due IS NULL OR due >= current_date
    UNION ALL
    SELECT 'risk', 'risks', id, '"' || coalesce(title, id) || '"', owner, asserted FROM risks
    UNION ALL
    SELECT 'commitment', 'commitments', id, '"' || coalesce(title, id) || '"', owner, asserted
    FROM commitments WHERE NOT coalesce(done, false)
    UNION ALL
    SELECT 'team', 'teams', id, coalesce(name, id), lead, asserted
    FROM teams WHERE ("until" IS NULL OR "until" >= current_date) AND NOT coalesce(is_guess, false)
),
trouble AS (
    SELECT owned.*,
           CASE WHEN owned.owner IS NULL THEN 'has nobody who answers for it'
                WHEN people."left" < current_date
                THEN 'belongs to ' || coalesce(people.name, people.id) || ', who left on ' || people."left"
                WHEN teams."until" < current_date
                THEN 'belongs to ' || coalesce(teams.name, teams.id) || ', which was dissolved on ' || teams."until"
           END                                    AS trouble,
           coalesce(people."left", teams."until") AS day
    FROM owned
    LEFT JOIN people ON people.id = owned.owner
    LEFT JOIN teams  ON teams.id = owned.owner AND people.id IS NULL
),
claimed AS (
    SELECT DISTINCT repo FROM areas WHERE kind IN ('team', 'service')
),
unclaimed AS (
    SELECT active_people.repo, count(*) AS crew
    FROM active_people
    LEFT JOIN claimed ON claimed.repo = active_people.repo
    WHERE claimed.repo IS NULL
      AND active_people.last_commit >= current_date - $quarter_days
      AND EXISTS (SELECT 1 FROM areas WHERE kind = 'team')
    GROUP BY active_people.repo
),
ownerless AS (
    SELECT what, things, id, name, trouble, coalesce(day, asserted) AS day
    FROM trouble
    WHERE trouble IS NOT NULL
    UNION ALL
    SELECT 'repository', 'repositories', repo AS id, repo AS name,
           'belongs to no team, and ' || CASE crew WHEN 1 THEN '1 person works' ELSE crew || ' people work' END || ' on it',
           CAST(NULL AS DATE)
    FROM unclaimed
)
SELECT CASE what WHEN 'repository' THEN id ELSE what || ' ' || id END AS subject,
       CAST(NULL AS VARCHAR)                                          AS owner,
       day                                                            AS since,
       CAST(1 AS DOUBLE)                                              AS people,
       CAST($ownerless_share AS DOUBLE)                               AS share,
       CASE what WHEN 'repository' THEN id END                        AS repo,
       CASE what WHEN 'service'    THEN id END                        AS service,
       CASE what WHEN 'project'    THEN id END                        AS project,
       CASE what WHEN 'vendor'     THEN id END                        AS vendor,
       CASE what WHEN 'team'       THEN id END                        AS team,
       what                                                           AS what,
       things                                                         AS things,
       name                                                           AS name,
       trouble                                                        AS trouble
FROM ownerless
