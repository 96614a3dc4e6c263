-- What is open where the work of a project lands; longest first.
WITH places AS (
    SELECT DISTINCT repo FROM areas WHERE kind = 'project' AND id = $about
),
open AS (
    SELECT 'change' AS what, asked.repo, asked.number, asked.title, asked.url, asked.created_at, asked.source
    FROM change_requests AS asked
    JOIN places ON places.repo = asked.repo
    WHERE asked.state = 'open'
    UNION ALL
    SELECT 'issue', issues.repo, issues.number, issues.title, issues.url, issues.created_at, issues.source
    FROM issues
    JOIN places ON places.repo = issues.repo
    WHERE issues.state = 'open'
)
SELECT open.what, open.repo, open.number, open.title, open.url AS title_url,
       CAST(open.created_at AS DATE)  AS opened,
       turns.holder                   AS waits_for, people.name AS waits_for_name,
       turns.evidence                 AS why
FROM open
LEFT JOIN turns  ON turns.source = open.source AND turns.repo = open.repo AND turns.number = open.number
LEFT JOIN people ON people.id = turns.holder
ORDER BY opened, open.repo, open.number
LIMIT 100
