-- report: ownership
-- title: Who knows the code
-- layout: table
-- empty: no repository has code that somebody knows
-- declare: a git source
--
-- One line a repository: how many people work on it, how many of them it could lose before most of
-- its files have no author left (a range: by recent knowledge only, and by all history), who
-- they are, and how much of its program one person alone knows. It is about what could be
-- lost, not about who does more.
WITH asked AS (
    SELECT code_files.source, code_files.repo, code_files.path, count(active_people.person) AS knowers
    FROM code_files
    LEFT JOIN knowers       ON knowers.source = code_files.source
                           AND knowers.repo = code_files.repo
                           AND knowers.path = code_files.path
    LEFT JOIN active_people ON active_people.source = knowers.source
                           AND active_people.repo = knowers.repo
                           AND active_people.person = knowers.person
    GROUP BY code_files.source, code_files.repo, code_files.path
),
known AS (
    SELECT source, repo,
           count(*)                              AS files,
           count(*) FILTER (WHERE knowers = 1)   AS by_one,
           count(*) FILTER (WHERE knowers = 0)   AS by_nobody
    FROM asked
    GROUP BY source, repo
),
crews AS (
    SELECT source, repo, count(*) AS crew FROM active_people GROUP BY source, repo
),
owners AS (
    SELECT repo, array_to_string(array_agg(DISTINCT id ORDER BY id), ', ') AS teams
    FROM areas
    WHERE kind = 'team'
    GROUP BY repo
)
SELECT known.repo                                                                      AS repo,
       coalesce(owners.teams, '')                                                      AS owned_by,
       coalesce(crews.crew, 0)                                                         AS people,
       CASE WHEN truck_factors.low = truck_factors.high THEN CAST(truck_factors.low AS VARCHAR)
            ELSE truck_factors.low || ' to ' || truck_factors.high END                 AS truck_factor,
       array_to_string(truck_factors.people, ', ')                                     AS hangs_on,
       known.files                                                                     AS files,
       CAST(round(100.0 * known.by_one / known.files) AS BIGINT) || '%'                AS known_by_one,
       CAST(round(100.0 * known.by_nobody / known.files) AS BIGINT) || '%'             AS known_by_nobody_here
FROM known
LEFT JOIN truck_factors ON truck_factors.source = known.source AND truck_factors.repo = known.repo
LEFT JOIN crews         ON crews.source = known.source AND crews.repo = known.repo
LEFT JOIN owners        ON owners.repo = known.repo
ORDER BY people DESC, repo
