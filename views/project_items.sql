-- The items of work of each project: issues of its repositories and trackers (`repositories` of its file), and those that its
-- tasks name in `issues`. Epics are no items, their issues are. `project` is null of what belongs to none: it tells what a
-- pace is worth all the same.
WITH named AS (
    SELECT DISTINCT project, regexp_replace(name, '^.*#', '') AS number,
           CASE WHEN strpos(name, '#') > 1 THEN regexp_replace(split_part(name, '#', 1), '^.*/', '')
                ELSE regexp_replace(name, '-[0-9]+$', '') END AS repo
    FROM (SELECT project, unnest(issues) AS name FROM tasks) AS listed
),
placed AS (SELECT DISTINCT id AS project, regexp_replace(repo, '^.*/', '') AS repo FROM (SELECT id, unnest(repositories) AS repo FROM projects) AS own),
items AS (
    SELECT source, repo, number, created_at, closed_at, state
    FROM issues
    WHERE lower(coalesce("type", '')) <> 'epic'
),
owned AS (
    SELECT placed.project, items.source, items.repo, items.number FROM items JOIN placed ON placed.repo = items.repo
    UNION
    SELECT named.project, items.source, items.repo, items.number FROM items JOIN named ON named.repo = items.repo AND named.number = items.number
)
SELECT owned.project, items.repo, items.number,
       CAST(items.created_at AS DATE)                                                      AS opened,
       CASE WHEN items.state = 'closed' THEN CAST(items.closed_at AS DATE) END             AS closed,
       items.state = 'open'                                                                AS is_open
FROM items
LEFT JOIN owned ON owned.source = items.source AND owned.repo = items.repo AND owned.number = items.number
