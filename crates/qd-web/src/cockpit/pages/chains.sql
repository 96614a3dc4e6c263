-- What is blocked, to the end of its chain: who would set it free, and since when it is theirs.
SELECT chains.chain, issues.title AS what, chains.url AS what_url,
       CASE WHEN chains.is_circle THEN 'a circle: each waits for another' ELSE chains.evidence END AS at_its_end,
       chains.holder AS waits_for, coalesce(people.name, chains.holder, chains.team) AS waits_for_name,
       CAST(chains.since AS DATE) AS waiting_since
FROM chains
JOIN issues      ON issues.source = chains.source AND issues.repo = chains.repo AND issues.number = chains.number
LEFT JOIN people ON people.id = chains.holder
ORDER BY chains.depth DESC, waiting_since, chains.chain
LIMIT 40
