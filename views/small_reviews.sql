-- Reviews that somebody else could have given: a row for each change of at most $small_change_lines lines that a declared
-- person reviewed, and of which another one who is still here, not its author, knows most of the paths. `others` are who.
WITH small AS (
    SELECT changes.source, changes.repo, changes.number, whose.person, opener.person AS author,
           min(given.submitted_at) AS at, array_length(first_value(changes.paths ORDER BY changes.paths)) AS files,
           first_value(changes.paths ORDER BY changes.paths) AS paths
    FROM change_requests AS changes
    JOIN reviews AS given ON given.source = changes.source AND given.repo = changes.repo AND given.number = changes.number
    JOIN declared_logins AS whose       ON whose.login = lower(given.reviewer) AND whose.is_declared AND NOT whose.is_bot
    LEFT JOIN declared_logins AS opener ON opener.login = lower(changes.author)
    WHERE changes.added + changes.removed <= $small_change_lines
      AND array_length(changes.paths) > 0
      AND given.submitted_at >= current_date - 400
      AND opener.person IS DISTINCT FROM whose.person
    GROUP BY changes.source, changes.repo, changes.number, whose.person, opener.person
),
touched AS (
    SELECT source, repo, number, person, author, at, files, unnest(paths) AS path FROM small
),
able AS (
    SELECT touched.source, touched.repo, touched.number, touched.person, touched.at, knowers.person AS other
    FROM touched
    JOIN knowers ON knowers.repo = touched.repo AND knowers.path = touched.path
    JOIN people  ON people.id = knowers.person AND NOT coalesce(people.is_bot, false)
                AND (people."left" IS NULL OR people."left" >= current_date)
    WHERE knowers.person <> touched.person AND knowers.person IS DISTINCT FROM touched.author
    GROUP BY touched.source, touched.repo, touched.number, touched.person, touched.at, touched.files, knowers.person
    HAVING count(DISTINCT touched.path) * 2 > touched.files
)
SELECT source, repo, number, person, at, array_sort(array_agg(other)) AS others
FROM able
GROUP BY source, repo, number, person, at
