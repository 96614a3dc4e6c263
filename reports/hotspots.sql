-- report: hotspots
-- title: Where the work goes, and stays
-- layout: table
-- empty: no file of a program changed five times in the last quarter
-- declare: a git source
--
-- The files of a program that are hot in the last 91 days, hottest first within a repository, with
-- the changes of the three quarters before, their size, and how many of those who work there
-- know them.
WITH hot AS (
    SELECT hotspots.source, hotspots.repo, hotspots.path, hotspots.rank, hotspots.changes,
           hotspots.people, hotspots.churn, hotspots.bytes
    FROM hotspots
    JOIN code_files ON code_files.source = hotspots.source
                   AND code_files.repo = hotspots.repo
                   AND code_files.path = hotspots.path
    WHERE hotspots.quarter = 0 AND hotspots.is_hot
),
before AS (
    SELECT hot.source, hot.repo, hot.path,
           sum(earlier.changes) FILTER (WHERE earlier.quarter = 1) AS one,
           sum(earlier.changes) FILTER (WHERE earlier.quarter = 2) AS two,
           sum(earlier.changes) FILTER (WHERE earlier.quarter = 3) AS three
    FROM hot
    JOIN hotspots AS earlier ON earlier.source = hot.source AND earlier.repo = hot.repo AND earlier.path = hot.path
    GROUP BY hot.source, hot.repo, hot.path
),
known AS (
    SELECT hot.source, hot.repo, hot.path, count(*) AS knowers
    FROM hot
    JOIN knowers       ON knowers.source = hot.source
                      AND knowers.repo = hot.repo
                      AND knowers.path = hot.path
    JOIN active_people ON active_people.source = hot.source
                      AND active_people.repo = hot.repo
                      AND active_people.person = knowers.person
    GROUP BY hot.source, hot.repo, hot.path
)
SELECT hot.repo                                                                  AS repo,
       hot.path                                                                  AS path,
       hot.changes                                                               AS changes,
       coalesce(before.three, 0) || ' ' || coalesce(before.two, 0) || ' ' || coalesce(before.one, 0) AS quarters_before,
       hot.people                                                                AS people,
       hot.churn                                                                 AS lines,
       (hot.bytes + 512) / 1024 || ' KiB'                                        AS size,
       coalesce(known.knowers, 0)                                                AS known_by
FROM hot
JOIN before     ON before.source = hot.source AND before.repo = hot.repo AND before.path = hot.path
LEFT JOIN known ON known.source = hot.source AND known.repo = hot.repo AND known.path = hot.path
ORDER BY hot.repo, hot.rank
