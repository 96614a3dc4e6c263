WITH work AS (
    SELECT repo, count(*) AS commits, count(DISTINCT person) AS people
    FROM authored_commits
    WHERE commit_time >= now() - INTERVAL '7 days'
    GROUP BY repo
),
busy AS (
    SELECT changes.path, count(DISTINCT changes.sha) AS commits
    FROM file_changes AS changes
    JOIN code_files ON code_files.source = changes.source
                   AND code_files.repo = changes.repo
                   AND code_files.path = changes.path
    WHERE changes.commit_time >= now() - INTERVAL '7 days'
    GROUP BY changes.path
    HAVING count(DISTINCT changes.sha) > 1
    ORDER BY commits DESC, changes.path
    LIMIT 3
),
sentences AS (
    SELECT 1 AS place, commits,
           repo || ': ' || commits || CASE commits WHEN 1 THEN ' commit' ELSE ' commits' END
           || ' by ' || people || CASE people WHEN 1 THEN ' person' ELSE ' people' END
           || ' in seven days' AS sentence
    FROM work
    UNION ALL
    SELECT 2, 0, 'most changed: ' || string_agg(path || ' (' || commits || ')', ', ' ORDER BY commits DESC, path)
    FROM busy
    HAVING count(*) > 0
)
SELECT sentence FROM sentences ORDER BY place, commits DESC, sentence LIMIT 6
