-- kept: yes
--
-- What an open issue waits for, to the end: one row for each issue that another open one must precede.
--
-- The end is the last open issue of the chain, or the open change that closes it, and whose turn that
-- is. A circle ends where it closes, and says so; of several blockers the oldest leads on. One that leads into
-- a project that is not read ends there: whose turn it is, and since when, is not known.
WITH RECURSIVE edges AS (
    SELECT source, repo, number, CONCAT(repo, ' ', number) AS place, first AS blocker, is_unread
    FROM blockers
),
steps AS (
    SELECT source, repo, number, blocker AS at, 1 AS depth,
           CONCAT('|', place, '|', blocker, '|') AS path, CAST(false AS BOOLEAN) AS is_circle, is_unread
    FROM edges
    UNION ALL
    SELECT steps.source, steps.repo, steps.number, edges.blocker, steps.depth + 1,
           CONCAT(steps.path, edges.blocker, '|'),
           strpos(steps.path, CONCAT('|', edges.blocker, '|')) > 0, edges.is_unread
    FROM steps
    JOIN edges ON edges.source = steps.source AND edges.place = steps.at
    WHERE steps.depth < 20 AND NOT steps.is_circle
),
last AS (
    SELECT *, row_number() OVER (PARTITION BY source, repo, number ORDER BY depth DESC) AS place FROM steps
),
-- The change that closes an issue, as `12`, `#12` or `acme/api#12` of it; or as `WEB-12`, which is of another source than the
-- change, so that its own is not asked (null).
closing AS (
    SELECT own.home AS source, own.at,
           first_value(own.number ORDER BY own.created_at, own.number)   AS number,
           first_value(own.turn ORDER BY own.created_at, own.number)     AS turn,
           first_value(own.holder ORDER BY own.created_at, own.number)   AS holder,
           first_value(own.team ORDER BY own.created_at, own.number)     AS team,
           first_value(own.since ORDER BY own.created_at, own.number)    AS since,
           first_value(own.evidence ORDER BY own.created_at, own.number) AS evidence,
           first_value(own.url ORDER BY own.created_at, own.number)      AS url
    FROM (SELECT change.*, CASE WHEN closed !~ '^[A-Za-z][A-Za-z0-9_]*-[0-9]+$' THEN change.source END AS home,
                 CONCAT(CASE WHEN strpos(closed, '#') > 1 THEN regexp_replace(split_part(closed, '#', 1), '^.*/', '')
                             WHEN closed ~ '^[A-Za-z][A-Za-z0-9_]*-[0-9]+$' THEN regexp_replace(closed, '-[0-9]+$', '')
                             ELSE change.repo END, ' ', regexp_replace(closed, '^.*#', '')) AS at
          FROM (SELECT source, repo, number, turn, holder, team, since, evidence, url, created_at, unnest(closes) AS closed
                FROM turns WHERE "of" = 'change_request') AS change) AS own
    GROUP BY own.home, own.at
)
SELECT last.source, last.repo, last.number, last.depth, last.is_circle,
       replace(regexp_replace(last.path, '^[|]|[|]$', '', 'g'), '|', ' > ')          AS chain,
       last.at                                                                      AS end_of,
       CASE WHEN last.is_circle THEN 'circle' WHEN closing.number IS NOT NULL THEN closing.turn ELSE ends.turn END AS turn,
       CASE WHEN last.is_circle THEN NULL WHEN closing.number IS NOT NULL THEN closing.holder ELSE ends.holder END AS holder,
       CASE WHEN closing.number IS NOT NULL THEN closing.team END                    AS team,
       CASE WHEN closing.number IS NOT NULL THEN closing.since ELSE ends.since END  AS since,
       CASE WHEN last.is_circle THEN 'they wait for each other'
            WHEN closing.number IS NOT NULL THEN CONCAT('change ', closing.number, ': ', closing.evidence)
            WHEN last.is_unread THEN 'in a project that is not read'
            ELSE ends.evidence END                                                  AS evidence,
       coalesce(closing.url, ends.url)                                              AS url
FROM last
LEFT JOIN closing       ON closing.at = last.at AND coalesce(closing.source, last.source) = last.source
LEFT JOIN turns AS ends ON ends.source = last.source AND ends."of" = 'issue' AND CONCAT(ends.repo, ' ', ends.number) = last.at
WHERE last.place = 1
