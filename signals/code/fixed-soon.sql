-- signal: fixed-soon
-- duty: code-review
-- asks: ask what would have shown it before the merge, and add that
-- says: {title} in {repo} was {what} after {days}
-- folds: {count} changes were taken back or mended soon after they were merged
-- price: breaks
-- patience: 10d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM change_requests WHERE merged_at IS NOT NULL LIMIT 1
-- declare: a source of change requests
-- first: what did the tests and the review not look at?
--
-- Looked at: changes of the default branch that a later one names, merged within 21 days after them and within
-- the last two weeks: a revert, told by its title (`Revert "..."`) or the branch that a forge makes for it
-- (`revert-12-...`), or a mending that says so in its title or text: `fixes #12`, `regression from #12`,
-- `broken by #12`, `follow-up to #12`, where #12 is a merged change and not an issue. A change that only touches the same
-- files is not taken for a mending: nearly every change does. A revert of a revert takes nothing back. It is
-- about the change, not about who wrote it, so no author is named.
WITH later AS (
    SELECT source, repo, number, title, coalesce("text", '') AS text, head_branch, merged_at, url
    FROM landed_requests
    WHERE merged_at >= current_date - $mended_shown_days
),
named AS (
    SELECT source, repo, number, merged_at, url, 'taken back' AS what,
           coalesce(regexp_match(head_branch, '^revert-([0-9]+)-')[1], regexp_match(title, '^Revert ".*\(#([0-9]+)\)"')[1]) AS names,
           regexp_match(title, '^Revert "(.*)"')[1]                                                                   AS quotes
    FROM later
    WHERE (title LIKE 'Revert "%' OR head_branch ~ '^revert-[0-9]+-')
      AND title NOT LIKE 'Revert "Revert %'
    UNION ALL
    SELECT source, repo, number, merged_at, url, 'mended',
           coalesce(regexp_match(title || ' ' || text,
               '(?i)(?:\bfix(?:es|ed)?|\bregression (?:in|from|of|by)|\bbr(?:oken|oke) (?:in|by|since)|\bintroduced (?:in|by)|\bcaused by|\bfollow[- ]?up (?:to|of|for)) (?:[A-Za-z0-9_./-]*|pr |mr )[#!]([0-9]+)\b')[1]),
           CAST(NULL AS VARCHAR)
    FROM later
    WHERE title NOT LIKE 'Revert "%'
),
merged AS (
    SELECT source, repo, number, title, merged_at
    FROM landed_requests
    WHERE merged_at >= current_date - ($mended_shown_days + $mended_days + 1)
),
met AS (
    SELECT merged.*, named.what, named.merged_at AS mended_at, named.number AS by_number, named.url
    FROM named
    JOIN merged ON merged.source = named.source AND merged.repo = named.repo AND merged.number = named.names
    UNION ALL
    SELECT merged.*, named.what, named.merged_at, named.number, named.url
    FROM named
    JOIN merged ON merged.source = named.source AND merged.repo = named.repo AND merged.title = named.quotes
    WHERE named.names IS NULL
),
soon AS (
    SELECT source, repo, number, title, merged_at,
           first_value(what      ORDER BY what DESC, mended_at) AS what,
           first_value(mended_at ORDER BY what DESC, mended_at) AS mended_at,
           first_value(by_number ORDER BY what DESC, mended_at) AS by_number,
           first_value(url       ORDER BY what DESC, mended_at) AS url
    FROM met
    WHERE number <> by_number
      AND merged_at < mended_at
      AND merged_at >= mended_at - CAST($mended_days || ' days' AS INTERVAL)
    GROUP BY source, repo, number, title, merged_at
)
SELECT repo || '#' || number                                                        AS subject,
       CAST(NULL AS VARCHAR)                                                        AS owner,
       mended_at                                                                    AS since,
       CAST($mended_again_per_day AS DOUBLE)                                        AS probability_per_day,
       CAST(NULL AS DOUBLE)                                                         AS impact,
       CAST($fault_days AS DOUBLE)                                                  AS impact_days,
       repo                                                                         AS repo,
       '"' || title || '" (#' || number || ')'                                      AS title,
       what || ' by #' || by_number                                                 AS what,
       CASE CAST(mended_at AS DATE) - CAST(merged_at AS DATE) WHEN 0 THEN 'less than a day' WHEN 1 THEN '1 day'
            ELSE (CAST(mended_at AS DATE) - CAST(merged_at AS DATE)) || ' days' END AS days,
       url                                                                          AS url
FROM soon
