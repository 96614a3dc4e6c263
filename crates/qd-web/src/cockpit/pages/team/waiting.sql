-- What is open in the code of a team, and whose turn it is; longest first.
SELECT CONCAT(turns.repo, ' ', turns.number, ': ', turns.title) AS what, turns.url AS what_url,
       turns.holder AS waits_for, people.name AS waits_for_name, turns.evidence AS why,
       CAST(turns.since AS DATE) AS waiting_since
FROM turns
JOIN (SELECT DISTINCT repo FROM areas WHERE kind = 'team' AND id = $about) AS code ON code.repo = turns.repo
LEFT JOIN people ON people.id = turns.holder
WHERE turns.since >= now() - INTERVAL '120 days'
ORDER BY waiting_since, what
LIMIT 60
