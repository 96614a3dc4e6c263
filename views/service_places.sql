-- kept: yes
--
-- Where the code of a service is: one row for each repository that holds some of it.
--
-- `starts` and `pattern` are held against a change's paths written one to a line, with a line's end
-- before each: `starts` where the service is one plain folder of the repository, `pattern` (a regular
-- expression) where it is several or has wildcards; both are null where it is all of it. A service that
-- only deployments name, and no company file, is where they say it comes from.
WITH places AS (
    SELECT id AS service, repo, nullif(substr(place, length(repo) + 2), '') AS path
    FROM areas
    WHERE kind = 'service'
),
gathered AS (
    SELECT service, repo,
           count(*) = count(path)                                                            AS is_part,
           count(*) = 1 AND bool_and(coalesce(path LIKE '%/' AND path NOT LIKE '%*%', false)) AS is_folder,
           min(path)                                                                         AS path,
           array_to_string(array_agg(
               regexp_replace(regexp_replace(path, '([.+?^$()\[\]{}|\\])', '\\\1', 'g'), '\*+', '[^\n]*', 'g')
               || CASE WHEN path LIKE '%/' THEN '' ELSE '(?:\n|$)' END), '|')                AS pattern
    FROM places
    GROUP BY service, repo
),
unnamed AS (
    SELECT DISTINCT told.service, told.repo
    FROM observed.deployments AS told
    LEFT JOIN services AS known    ON lower(known.id) = lower(told.service)
    LEFT JOIN services AS by_name  ON lower(by_name.name) = lower(told.service)
    WHERE told.service IS NOT NULL AND told.repo <> '' AND known.id IS NULL AND by_name.id IS NULL
)
SELECT service,
       repo,
       CASE WHEN is_part AND is_folder     THEN chr(10) || path END              AS starts,
       CASE WHEN is_part AND NOT is_folder THEN '\n(?:' || pattern || ')' END    AS pattern
FROM gathered
UNION ALL
SELECT service, repo, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR) FROM unnamed
