-- Who can be asked about each folder of a repository: who works there still and knows a third of its files or more, in the order of
-- their ids. `by_one` are files that one of them knows, `by_nobody` those that none does.
WITH code AS (
    SELECT source, repo, path,
           CASE WHEN strpos(path, '/') = 0 THEN '(top)'
                WHEN split_part(path, '/', 3) = '' THEN split_part(path, '/', 1) || '/'
                ELSE split_part(path, '/', 1) || '/' || split_part(path, '/', 2) || '/' END AS folder
    FROM code_files
    WHERE repo = $about
),
known AS (
    SELECT code.folder, code.path, knowers.person
    FROM code
    JOIN knowers       ON knowers.source = code.source AND knowers.repo = code.repo AND knowers.path = code.path
    JOIN active_people ON active_people.source = code.source AND active_people.repo = code.repo AND active_people.person = knowers.person
),
files AS (
    SELECT code.folder, code.path, count(known.person) AS knowers
    FROM code
    LEFT JOIN known ON known.folder = code.folder AND known.path = code.path
    GROUP BY code.folder, code.path
),
folders AS (
    SELECT folder, count(*) AS files,
           count(*) FILTER (WHERE knowers = 1) AS by_one, count(*) FILTER (WHERE knowers = 0) AS by_nobody
    FROM files
    GROUP BY folder
),
people AS (
    SELECT known.folder, known.person
    FROM known
    JOIN folders ON folders.folder = known.folder
    GROUP BY known.folder, known.person, folders.files
    HAVING count(*) * 3 >= folders.files
),
named AS (
    SELECT folder, array_sort(array_agg(person)) AS people FROM people GROUP BY folder
)
SELECT folders.folder, folders.files, named.people, folders.by_one, folders.by_nobody
FROM folders
LEFT JOIN named ON named.folder = folders.folder
ORDER BY folders.folder
LIMIT 200
