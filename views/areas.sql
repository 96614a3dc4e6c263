-- kept: yes
--
-- Where the code of a team, project, service or decision is: one row for each `api` or
-- `api:billing/` that it declares. `path_like` is a pattern for LIKE; `%` is the whole
-- repository. A folder is written with its slash at the end; `*` and `**` match anything.
WITH declared AS (
    SELECT 'team' AS kind, id, unnest(owns) AS place
    FROM teams WHERE until IS NULL OR until >= current_date
    UNION ALL
    SELECT 'project', id, unnest(repositories)
    FROM projects WHERE status IS NULL OR status NOT IN ('done', 'cancelled')
    UNION ALL
    SELECT 'service', id, unnest(repositories)
    FROM services WHERE lifecycle IS NULL OR lifecycle <> 'retired'
    UNION ALL
    SELECT 'decision', id, unnest(scope) FROM decisions
)
SELECT kind,
       id,
       place,
       split_part(place, ':', 1) AS repo,
       CASE WHEN strpos(place, ':') = 0 THEN '%'
            WHEN place LIKE '%/'        THEN regexp_replace(replace(split_part(place, ':', 2), '_', '\_'), '\*+', '%', 'g') || '%'
            ELSE                             regexp_replace(replace(split_part(place, ':', 2), '_', '\_'), '\*+', '%', 'g')
       END AS path_like
FROM declared
