-- Work that was finished, and its kind: merged changes (commits where no request is known), and closed
-- issues. One row each; `kind` is null where no rule fits.
--
-- A rule fits by one of its labels or issue types, on the change or on an issue that it closes; by the type of a
-- conventional commit at the beginning of the title (`fix(api): ...`; `Revert "..."` and a branch
-- `hotfix/...` count as such); or by its paths, if all that the change touches lies in them. Of several
-- rules the first that is declared holds. Robots' changes are no work of anybody and are left out, and
-- so are issues that were closed as not to be done.
WITH closed AS (
    SELECT links.source, links.repo, links.id,
           array_to_string(array_agg(array_to_string(issues.labels, chr(10))), chr(10)) AS labels,
           array_to_string(array_agg(issues."type"), chr(10))                           AS types
    FROM (
        SELECT source, repo, number AS id, unnest(closes) AS issue
        FROM change_requests
        WHERE merged_at IS NOT NULL
    ) AS links
    JOIN issues ON issues.number = regexp_replace(links.issue, '^.*#', '')
               AND (issues.repo = regexp_replace(regexp_replace(links.issue, '#.*$', ''), '^.*/', '')
                    OR (links.issue NOT LIKE '%#%' AND (issues.repo = links.repo OR links.issue LIKE '%-%')))
    GROUP BY links.source, links.repo, links.id
),
done AS (
    SELECT changes.kind AS what, changes.source, changes.repo, changes.id, changes.title, changes.landed_at AS finished_at, changes.url,
           lower(chr(10) || coalesce(array_to_string(changes.labels, chr(10)), '') || chr(10)
                         || coalesce(closed.labels, '') || chr(10) || coalesce(closed.types, ''))     AS labels,
           replace(chr(10) || array_to_string(changes.paths, chr(10)), chr(10), chr(10) || changes.repo || ':') AS paths,
           CASE WHEN changes.branch LIKE 'hotfix%'   THEN 'hotfix'
                WHEN changes.title LIKE 'Revert "%'  THEN 'revert'
                ELSE lower(regexp_match(changes.title, '^([A-Za-z]+)(\([^)]*\))?!?:')[1]) END         AS type
    FROM landed_changes AS changes
    LEFT JOIN closed ON changes.kind = 'change_request'
                    AND closed.source = changes.source
                    AND closed.repo = changes.repo
                    AND closed.id = changes.id
    WHERE NOT changes.is_bot
    UNION ALL
    SELECT 'issue', source, repo, number, title, closed_at, url,
           lower(chr(10) || coalesce(array_to_string(labels, chr(10)), '') || chr(10) || coalesce("type", '')),
           CAST(NULL AS VARCHAR), lower(regexp_match(title, '^([A-Za-z]+)(\([^)]*\))?!?:')[1])
    FROM issues
    WHERE state = 'closed' AND closed_at IS NOT NULL
      AND NOT coalesce(author_is_bot, false)
      AND coalesce(reason, '') !~* '(^|[^a-z])(not[^a-z]|cannot|dup|invalid|won.?t|declin|reject|cancel|obsolete|abandon)'
)
SELECT done.what,
       done.source,
       done.repo,
       done.id,
       min(done.title)                              AS title,
       min(done.finished_at)                        AS finished_at,
       min(done.type)                               AS type,
       first_value(rules.kind ORDER BY rules.place) AS kind,
       min(done.url)                                AS url
FROM done
LEFT JOIN work_rules AS rules ON array_has(rules.types, done.type)
                              OR regexp_like(done.labels, rules.labels)
                              OR regexp_like(done.paths, rules.paths)
GROUP BY done.what, done.source, done.repo, done.id
