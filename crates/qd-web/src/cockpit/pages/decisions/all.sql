-- Decision records with what is known of each: where it holds, whether what it says is so, and when it is to be looked at again. `part` is 1 for
-- what is in force, 2 for what is proposed, 3 for the rest. What is asked about is `p:` and a place (`api`, `api:billing/x.rs`) or `s:` and
-- a service; nothing for all. A decision without a scope holds everywhere.
WITH places AS (
    SELECT repo, path_like AS path FROM areas WHERE kind = 'service' AND $about = concat('s:', id)
    UNION ALL
    SELECT split_part(asked.place, ':', 1), CASE WHEN strpos(asked.place, ':') = 0 THEN '%' ELSE split_part(asked.place, ':', 2) END
    FROM (SELECT substr($about, 3) AS place) AS asked
    WHERE $about LIKE 'p:%'
),
scoped AS (
    SELECT id, array_sort(array_agg(DISTINCT place)) AS places FROM areas WHERE kind = 'decision' GROUP BY id
),
fits AS (
    SELECT DISTINCT scopes.id
    FROM areas AS scopes
    JOIN places ON places.repo = scopes.repo
               AND (scopes.path_like = '%' OR places.path = '%' OR places.path LIKE scopes.path_like OR scopes.path_like LIKE places.path)
    WHERE scopes.kind = 'decision'
)
SELECT CASE decisions.status WHEN 'accepted' THEN 1 WHEN 'proposed' THEN 2 ELSE 3 END AS part,
       coalesce(decisions.title, decisions.id)                                        AS decision,
       CASE WHEN decisions.status <> 'accepted' THEN decisions.status END             AS status,
       decisions.date,
       CASE WHEN scoped.id IS NULL THEN 'everywhere' ELSE array_to_string(scoped.places, ', ') END AS holds_for,
       told.state                                                                     AS is_it_so,
       told.detail                                                                    AS why,
       CASE WHEN regexp_like(decisions.revisit, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') THEN decisions.revisit WHEN decisions.revisit IS NOT NULL THEN 'by a query' END AS look_again,
       people.id AS person, people.name AS person_name,
       array_to_string(decisions.superseded_by, ', ')                                 AS replaced_by,
       decisions.file
FROM decisions
LEFT JOIN scoped                ON scoped.id = decisions.id
LEFT JOIN fits                  ON fits.id = decisions.id
LEFT JOIN confirmations AS told ON told.kind = 'decision' AND told.id = decisions.id
LEFT JOIN people                ON people.id = decisions.owner
WHERE $about = '' OR fits.id IS NOT NULL OR scoped.id IS NULL
ORDER BY part, decisions.date DESC NULLS LAST, decision
