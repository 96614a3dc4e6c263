-- signal: new-technology
-- duty: technology-watch
-- asks: write the decision down, or take it out before more hangs on it
-- says: {author} brought {technology} into {repo} on {day}, the first {kind} of its name here, and no decision speaks of it
-- price: breaks
-- patience: 10d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM decisions WHERE status = 'accepted' LIMIT 1
-- declare: decision records
-- first: what that we have could not do it?
--
-- Looked at: frameworks, datastores and brokers of a kept list that a manifest names for the
-- first time in any repository, and languages of which three files or more stand in a
-- repository, the first of them added, all within 90 days. A library that can be changed in an afternoon is no
-- such choice. Only where decisions are kept, only where there are two quarters of history to be
-- new against, and not where a record that was not rejected names the thing in its title.
-- An early question is cheap: what comes in costs more to take out the longer it stays.
WITH arrivals AS (
    SELECT source, repo, commit_time, lower(author_email) AS email, ecosystem,
           CASE ecosystem
               WHEN 'maven'  THEN split_part(lower(name), ':', -1)
               WHEN 'docker' THEN split_part(split_part(lower(name), ':', 1), '/', -1)
               WHEN 'go'     THEN regexp_replace(lower(name), '/v[0-9]+$', '')
               ELSE lower(name)
           END AS name
    FROM dependency_changes
    WHERE change = 'added'
      AND path !~* '(^|/)(tests?|testdata|fixtures?|examples?|samples?|demos?|docs?|bench(es|marks?)?|vendor|third[_-]?party)/'
),
adopted AS (
    SELECT technologies.technology, technologies.kind, arrivals.repo, arrivals.commit_time, arrivals.email
    FROM arrivals
    JOIN technologies ON technologies.ecosystem = arrivals.ecosystem AND technologies.name = arrivals.name
),
-- A language is looked for in the files of today; only one that is new is looked for in the past.
spoken AS (
    SELECT repo, lower(split_part(path, '.', -1)) AS ending, count(*) AS files
    FROM code_files
    GROUP BY repo, lower(split_part(path, '.', -1))
),
written AS (
    SELECT languages.language, changes.repo, changes.commit_time, changes.email
    FROM (
        SELECT repo, commit_time, lower(author_email) AS email, lower(split_part(path, '.', -1)) AS ending
        FROM file_changes
        WHERE change = 'added'
    ) AS changes
    JOIN languages ON languages.ending = changes.ending
),
tongues AS (
    SELECT languages.language, sum(spoken.files) AS files
    FROM spoken
    JOIN languages ON languages.ending = spoken.ending
    GROUP BY languages.language
    HAVING sum(spoken.files) >= $language_files
),
firsts AS (
    SELECT technology, kind,
           min(commit_time)                          AS first_seen,
           first_value(repo  ORDER BY commit_time)   AS repo,
           first_value(email ORDER BY commit_time)   AS email
    FROM adopted
    GROUP BY technology, kind
    UNION ALL
    SELECT written.language, 'language',
           min(written.commit_time),
           first_value(written.repo  ORDER BY written.commit_time),
           first_value(written.email ORDER BY written.commit_time)
    FROM written
    JOIN tongues ON tongues.language = written.language
    GROUP BY written.language
),
past AS (
    SELECT min(commit_time) AS begun FROM commits
)
SELECT 'technology ' || firsts.technology            AS subject,
       addresses.person                              AS owner,
       firsts.first_seen                             AS since,
       CAST($undecided_per_day AS DOUBLE)            AS probability_per_day,
       CAST(NULL AS DOUBLE)                          AS impact,
       CAST($undecided_impact_days AS DOUBLE)        AS impact_days,
       firsts.repo                                   AS repo,
       firsts.technology                             AS technology,
       firsts.kind                                   AS kind,
       CAST(firsts.first_seen AS DATE)               AS day,
       coalesce(addresses.person_name, firsts.email) AS author
FROM firsts
CROSS JOIN past
LEFT JOIN addresses ON addresses.email = firsts.email AND NOT addresses.is_bot
LEFT JOIN decisions ON strpos(lower(decisions.title), lower(firsts.technology)) > 0
                   AND coalesce(decisions.status, 'accepted') <> 'rejected'
WHERE firsts.first_seen >= current_date - $technology_days
  AND past.begun < current_date - 2 * $quarter_days
  AND decisions.id IS NULL
