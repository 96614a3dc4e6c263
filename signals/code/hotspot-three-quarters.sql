-- signal: hotspot-three-quarters
-- duty: technical-debt
-- asks: split it, or say in the debt list why it may stay
-- says: {path} of {repo} stays a hotspot: {changes} by {hands} in the last quarter, {size} and growing, hot for three quarters{others}
-- price: waits
-- patience: 20d
-- minutes: 60
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM identities WHERE is_declared LIMIT 1) AS declared CROSS JOIN (SELECT 1 FROM hotspots WHERE quarter = 2 AND changes > 0 LIMIT 1) AS hot
-- declare: a git source with nine months of history, and people with their mail addresses
-- first: what do its changes have in common that could move out?
--
-- Looked at: files of a program that are hot (top twentieth by changes times size, five changes
-- or more) in each of the last three spans of 91 days. One hot quarter is a feature being
-- built; three are a place where everybody has to go. Files below the size given are left out:
-- a small file that changes often is a register (a list of modules, a table of flags), and
-- splitting it helps nobody; and so is a header, where all that is shared is declared. Few hands
-- know their way in a large file, so it takes a crew. And it must have grown by a fifth within
-- the year: large files that everybody changes but that grow no more were left as they are.
-- Silent where nobody is declared: on public repositories one in three was split within the year,
-- which is too few for a row of a morning (docs/precision.md). `show hotspots` lists them anyway.
--
-- One row for a repository, since such files are split one at a time: the one most people
-- change, and which would come next. Its price is the time its changes take too long: work in
-- code of low health was found to take about twice as long (Tornhill and Borg 2022).
WITH hot AS (
    SELECT source, repo, path,
           max(changes) FILTER (WHERE quarter = 0) AS changes,
           max(people)  FILTER (WHERE quarter = 0) AS people,
           max(rank)    FILTER (WHERE quarter = 0) AS rank,
           max(bytes)                              AS bytes
    FROM hotspots
    WHERE is_hot AND quarter <= 2
    GROUP BY source, repo, path
    HAVING count(DISTINCT quarter) = 3
),
grown AS (
    SELECT hot.source, hot.repo, hot.path, sum(changes.added - changes.removed) AS lines
    FROM hot
    JOIN file_changes AS changes ON changes.source = hot.source
                                AND changes.repo = hot.repo
                                AND changes.path = hot.path
                                AND changes.commit_time >= current_date - 365
    GROUP BY hot.source, hot.repo, hot.path
),
worth AS (
    SELECT hot.*,
           row_number() OVER (PARTITION BY hot.source, hot.repo ORDER BY hot.people DESC, hot.changes DESC, hot.path) AS place
    FROM hot
    JOIN code_files ON code_files.source = hot.source AND code_files.repo = hot.repo AND code_files.path = hot.path
    JOIN grown      ON grown.source = hot.source AND grown.repo = hot.repo AND grown.path = hot.path
    WHERE hot.rank <= $hotspot_rank
      AND grown.lines * $line_bytes >= $hotspot_growth * hot.bytes
      AND hot.bytes >= $hotspot_bytes
      AND hot.people >= $crew_least
      AND hot.path !~* '\.(h|hh|hpp|hxx)$'
),
others AS (
    SELECT source, repo, array_to_string(array_agg(path ORDER BY place), ', ') AS paths
    FROM worth
    WHERE place BETWEEN 2 AND 4
    GROUP BY source, repo
)
SELECT worth.repo || ' hotspots'             AS subject,
       CAST(NULL AS VARCHAR)                 AS owner,
       CAST(NULL AS DATE)                    AS since,   -- no day made it one
       CAST(worth.people AS DOUBLE)          AS people,
       CAST($hotspot_share AS DOUBLE)        AS share,
       worth.repo                            AS repo,
       worth.path                            AS path,
       worth.changes || ' changes'           AS changes,
       worth.people || ' people'             AS hands,
       (worth.bytes + 512) / 1024 || ' KiB'  AS size,
       coalesce('; next come ' || others.paths, '') AS others
FROM worth
LEFT JOIN others ON others.source = worth.source AND others.repo = worth.repo
WHERE worth.place = 1
