-- signal: repository-one-knower
-- duty: knowledge-concentration
-- asks: have somebody change something in it with them, and have written down how it is built, released and run
-- says: nobody but {who} knows {repo}: {files} of its {total} files, and {commits} in the last quarter
-- price: forgets
-- patience: 20d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM active_people HAVING count(DISTINCT person) > 1
-- declare: a git source with the repositories of two people or more
-- first: who would take it over next week, and what could they not find out alone?
--
-- Looked at: repositories that one person works on, steadily and alone, and of whose files that
-- person knows four of five and others no more than one; who comes with a change now and then is a
-- guest. Where three or more
-- work, the hot files that only one knows are told instead. Silent are small programs and those
-- that nobody adds to any more, of which there is nothing new to know; and everything where nobody
-- else works on any repository at hand: who is alone cannot share.
--
-- The price is that of learning it again, times the chance of a usual day that somebody leaves for
-- good: low, and there every day.
WITH alone AS (
    SELECT source, repo, max(person) AS person, max(person_name) AS who
    FROM active_people
    GROUP BY source, repo
    HAVING count(*) = 1
),
busy AS (
    SELECT alone.source, alone.repo, alone.person,
           max(alone.who)         AS who,
           min(work.commit_time)  AS since,
           count(*) FILTER (WHERE work.commit_time >= current_date - $quarter_days) AS commits
    FROM alone
    JOIN authored_commits AS work ON work.source = alone.source
                                 AND work.repo = alone.repo
                                 AND work.person = alone.person
    GROUP BY alone.source, alone.repo, alone.person
    HAVING count(*) FILTER (WHERE work.commit_time >= current_date - $quarter_days) >= $lone_commits
),
known AS (
    SELECT busy.source, busy.repo, count(DISTINCT knowers.path) AS files
    FROM busy
    JOIN knowers    ON knowers.source = busy.source
                   AND knowers.repo = busy.repo
                   AND knowers.person = busy.person
    JOIN code_files ON code_files.source = knowers.source
                   AND code_files.repo = knowers.repo
                   AND code_files.path = knowers.path
    GROUP BY busy.source, busy.repo
),
-- Who knows a file and works elsewhere now can still be asked.
others AS (
    SELECT busy.source, busy.repo, count(DISTINCT knowers.path) AS files
    FROM busy
    JOIN knowers    ON knowers.source = busy.source
                   AND knowers.repo = busy.repo
                   AND knowers.person <> busy.person
    JOIN code_files ON code_files.source = knowers.source
                   AND code_files.repo = knowers.repo
                   AND code_files.path = knowers.path
    GROUP BY busy.source, busy.repo
),
sizes AS (
    SELECT source, repo, count(*) AS files FROM code_files GROUP BY source, repo
)
SELECT busy.repo                                                             AS subject,
       CAST(NULL AS VARCHAR)                                                 AS owner,
       busy.since                                                            AS since,
       CAST($lone_loss_per_day AS DOUBLE)                                    AS probability_per_day,
       least(known.files * CAST($relearn_file_days AS DOUBLE), $relearn_most_days) AS relearn_days,
       busy.repo                                                             AS repo,
       busy.person                                                           AS person,
       busy.who                                                              AS who,
       known.files                                                           AS files,
       sizes.files                                                           AS total,
       busy.commits || ' commits'                                            AS commits
FROM busy
JOIN known ON known.source = busy.source AND known.repo = busy.repo
JOIN sizes ON sizes.source = busy.source AND sizes.repo = busy.repo
LEFT JOIN others ON others.source = busy.source AND others.repo = busy.repo
WHERE sizes.files >= $lone_files
  AND known.files >= $lone_share * sizes.files
  AND coalesce(others.files, 0) <= (1 - $lone_share) * sizes.files
  AND EXISTS (SELECT 1 FROM active_people WHERE active_people.person <> busy.person)
