-- signal: hotspot-three-quarters
-- duty: technical-debt
-- asks: split it, or say in the debt list why it may stay
-- says: {path} of {repo} stays a hotspot: {changes} by {hands} in the last quarter, {size}, hot for three quarters
-- price: waits
-- patience: 20d
-- minutes: 60
-- audience: line
-- needs: SELECT 1 FROM hotspots WHERE quarter = 2 AND changes > 0 LIMIT 1
-- declare: a git source with nine months of history
-- first: what do its changes have in common that could move out?
--
-- Looked at: files of a program that are hot (top twentieth by changes times size, five changes
-- or more) in each of the last three spans of 91 days. One hot quarter is a feature being
-- built; three are a place where everybody has to go. Files below the size given are left out:
-- a small file that changes often is a register (a list of modules, a table of flags), and
-- splitting it helps nobody. Its price is the time its changes take too long: work in code
-- of low health was found to take about twice as long (Tornhill and Borg 2022).
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
)
SELECT hot.repo || ':' || hot.path        AS subject,
       CAST(NULL AS VARCHAR)              AS owner,
       CAST(NULL AS DATE)                 AS since,   -- no day made it one
       CAST(hot.people AS DOUBLE)         AS people,
       CAST($hotspot_share AS DOUBLE)     AS share,
       hot.repo                           AS repo,
       hot.path                           AS path,
       hot.changes || ' changes'          AS changes,
       CASE hot.people WHEN 1 THEN '1 person' ELSE hot.people || ' people' END AS hands,
       (hot.bytes + 512) / 1024 || ' KiB' AS size
FROM hot
JOIN code_files ON code_files.source = hot.source AND code_files.repo = hot.repo AND code_files.path = hot.path
WHERE hot.rank <= $hotspot_rank
  AND hot.bytes >= $hotspot_bytes
