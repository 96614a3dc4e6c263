-- unit: bytes bytes
--
-- The files of a repository's programs: how large they are, how often they changed in the last 91 days, and how many of those who work
-- there know them. The two hundred that changed most, then the largest.
WITH known AS (
    SELECT knowers.source, knowers.repo, knowers.path, count(*) AS knowers
    FROM knowers
    JOIN active_people ON active_people.source = knowers.source AND active_people.repo = knowers.repo AND active_people.person = knowers.person
    WHERE knowers.repo = $about
    GROUP BY knowers.source, knowers.repo, knowers.path
)
SELECT code.path, hot.changes, hot.churn AS lines_changed, hot.people AS changed_by,
       coalesce(known.knowers, 0) AS known_by, code.bytes, coalesce(hot.is_hot, false) AS is_hot
FROM code_files AS code
LEFT JOIN hotspots AS hot ON hot.source = code.source AND hot.repo = code.repo AND hot.path = code.path AND hot.quarter = 0
LEFT JOIN known           ON known.source = code.source AND known.repo = code.repo AND known.path = code.path
WHERE code.repo = $about AND code.bytes > 0
ORDER BY coalesce(hot.changes, 0) DESC, code.bytes DESC, code.path
LIMIT 200
