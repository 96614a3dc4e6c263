-- signal: merged-without-review
-- duty: code-review
-- asks: read it now, with somebody who knows the place, and see that the forge asks for a review there
-- says: "{title}" by {author} reached {place} in {repo} and nobody else had approved it
-- folds: {count} changes of protected places went in without a review, the oldest since {oldest}
-- price: breaks
-- patience: 2d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM company WHERE array_length(protected_paths) > 0 LIMIT 1) AS own CROSS JOIN (SELECT 1 FROM reviews LIMIT 1) AS seen CROSS JOIN (SELECT 1 FROM change_requests WHERE paths IS NOT NULL LIMIT 1) AS told
-- declare: `protected_paths` of the company, and a source of change requests that tells their files and reviews
-- first: was it an emergency, or does nothing stop it?
--
-- Looked at: change requests merged into the default branch in the last two weeks that touch a protected
-- path, without the approval of a person other than the author standing at the merge. Robots' approvals are none, and robots'
-- changes need one too. Silent about changes whose files are not known, and where the source tells no reviews at all.
WITH protected AS (
    SELECT own.place,
           CASE WHEN strpos(own.place, ':') > 0 THEN split_part(own.place, ':', 1) ELSE '*' END AS repo,
           '\n' || regexp_replace(regexp_replace(
                       CASE WHEN strpos(own.place, ':') > 0 THEN substr(own.place, strpos(own.place, ':') + 1) ELSE own.place END,
                       '([.+?^$()\[\]{}|\\])', '\\\1', 'g'), '\*+', '[^\n]*', 'g')
                || CASE WHEN own.place LIKE '%/' OR own.place LIKE '%:' THEN '' ELSE '(?:\n|$)' END AS pattern
    FROM (SELECT unnest(protected_paths) AS place FROM company) AS own
),
merged AS (
    SELECT asked.source, asked.repo, asked.number, asked.title, asked.author, asked.merged_at, asked.url,
           chr(10) || array_to_string(asked.paths, chr(10)) AS paths
    FROM landed_requests AS asked
    WHERE asked.merged_at >= current_date - $protected_days
),
touching AS (
    SELECT merged.source, merged.repo, merged.number, merged.title, merged.author, merged.merged_at, merged.url,
           min(protected.place) AS place
    FROM merged
    JOIN protected ON (protected.repo = '*' OR protected.repo = merged.repo) AND regexp_like(merged.paths, protected.pattern)
    GROUP BY merged.source, merged.repo, merged.number, merged.title, merged.author, merged.merged_at, merged.url
),
telling AS (
    SELECT source FROM reviews GROUP BY source
)
SELECT touching.repo || '#' || touching.number           AS subject,
       CAST(NULL AS VARCHAR)                             AS owner,
       touching.merged_at                                AS since,
       CAST($protected_fault_per_day AS DOUBLE)          AS probability_per_day,
       CAST(NULL AS DOUBLE)                              AS impact,
       CAST($protected_impact_days AS DOUBLE)            AS impact_days,
       touching.repo                                     AS repo,
       touching.title                                    AS title,
       coalesce(touching.author, 'somebody')             AS author,
       touching.place                                    AS place,
       touching.url                                      AS url
FROM touching
JOIN telling ON telling.source = touching.source
LEFT JOIN peer_reviews ON peer_reviews.source = touching.source
                      AND peer_reviews.repo = touching.repo
                      AND peer_reviews.number = touching.number
                      AND peer_reviews.is_approved
WHERE peer_reviews.source IS NULL
