-- unit: size KiB
-- unit: truck_factor people
--
-- Repositories that are read, those where most goes on first: its size, who owns it, how many hot files it has, and how many of its main authors it could lose before
-- most of its files have no author (its truck factor; the greedy algorithm of Avelino et al. 2016).
WITH sizes AS (
    SELECT source, repo, count(*) AS files, sum(bytes) / 1024 AS size
    FROM code_files
    GROUP BY source, repo
),
hot AS (
    SELECT source, repo, count(*) FILTER (WHERE is_hot) AS hot_files, sum(changes) AS changes
    FROM hotspots
    WHERE quarter = 0
    GROUP BY source, repo
),
working AS (
    SELECT source, repo, count(*) AS people FROM active_people GROUP BY source, repo
),
owners AS (
    SELECT repo, array_sort(array_agg(DISTINCT id)) AS teams FROM areas WHERE kind = 'team' GROUP BY repo
)
SELECT repositories.repo, owners.teams, sizes.files, CAST(round(sizes.size) AS BIGINT) AS size,
       coalesce(hot.changes, 0)   AS changes_of_a_quarter,
       coalesce(hot.hot_files, 0) AS hot_files,
       working.people             AS working_there,
       factors.low                AS truck_factor,
       array_sort(factors.people) AS people
FROM repositories
LEFT JOIN sizes                    ON sizes.source = repositories.source AND sizes.repo = repositories.repo
LEFT JOIN hot                      ON hot.source = repositories.source AND hot.repo = repositories.repo
LEFT JOIN working                  ON working.source = repositories.source AND working.repo = repositories.repo
LEFT JOIN truck_factors AS factors ON factors.source = repositories.source AND factors.repo = repositories.repo
LEFT JOIN owners                   ON owners.repo = repositories.repo
ORDER BY changes_of_a_quarter DESC, repositories.repo
LIMIT 200
