-- signal: undeclared-person
-- duty: access
-- asks: declare them, or add the address to somebody who is declared
-- says: {name} ({email}) made {commits} to {repo} since {day} and is not declared
-- folds: {count} people who are not declared commit to {repo}
-- price: waits
-- patience: 10d
-- minutes: 3
-- audience: line
-- needs: SELECT 1 FROM identities WHERE is_declared HAVING count(DISTINCT person) >= $crew_least
-- declare: people with their mail addresses
-- first: is it a new colleague, a contractor, or a second address?
--
-- Looked at: people with at least so many commits in the last quarter whose address belongs to
-- nobody declared, robots left out; only in repositories where declared people wrote at least half
-- of the quarter's commits. In the others the public takes part, and need not be declared.
WITH quarter AS (
    SELECT work.repo, work.person, work.person_name, work.is_declared, work.commit_time
    FROM authored_commits AS work
    WHERE work.commit_time >= current_date - $quarter_days
),
ours AS (
    SELECT repo
    FROM quarter
    GROUP BY repo
    HAVING avg(CASE WHEN is_declared THEN 1.0 ELSE 0.0 END) >= 0.5
),
strangers AS (
    SELECT quarter.person,
           max(quarter.person_name)                  AS name,
           count(*)                                  AS commits,
           min(quarter.commit_time)                  AS first_commit
    FROM quarter
    JOIN ours ON ours.repo = quarter.repo
    WHERE NOT quarter.is_declared
    GROUP BY quarter.person
    HAVING count(*) >= $stranger_commits
),
busiest AS (
    SELECT person, repo, row_number() OVER (PARTITION BY person ORDER BY count(*) DESC, repo) AS place
    FROM quarter
    WHERE NOT is_declared
    GROUP BY person, repo
),
mails AS (
    SELECT person, first_value(email ORDER BY last_seen DESC, email) AS email FROM identities GROUP BY person
)
SELECT 'person ' || strangers.person        AS subject,
       CAST(NULL AS VARCHAR)                AS owner,
       strangers.first_commit               AS since,
       CAST(1 AS DOUBLE)                    AS people,
       CAST($stranger_share AS DOUBLE)      AS share,
       busiest.repo                         AS repo,
       strangers.name                       AS name,
       mails.email                          AS email,
       strangers.commits || ' commits'      AS commits,
       CAST(strangers.first_commit AS DATE) AS day
FROM strangers
JOIN busiest ON busiest.person = strangers.person AND busiest.place = 1
JOIN mails   ON mails.person = strangers.person
