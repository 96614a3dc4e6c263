-- kept: yes
--
-- How teams work together, a row for each pair of which one says or shows it: what they declare, and what was seen in the last twelve weeks: changes of one that the other reviewed, changes of
-- one to code that the other owns, and open issues of one that wait for the other.
WITH code AS (
    SELECT repo, min(id) AS team FROM areas WHERE kind = 'team' AND path_like = '%' GROUP BY repo HAVING count(DISTINCT id) = 1
),
seen AS (
    SELECT authors.team, reviewers.team AS other, 'review' AS what
    FROM peer_reviews AS given
    JOIN change_requests AS asked   ON asked.source = given.source AND asked.repo = given.repo AND asked.number = given.number
    JOIN declared_logins AS opener  ON opener.login = lower(asked.author)
    JOIN person_teams AS authors    ON authors.person = opener.person
    JOIN person_teams AS reviewers  ON reviewers.person = given.person
    WHERE given.first_at >= current_date - 84
    UNION ALL
    SELECT authors.team, code.team, 'change'
    FROM change_requests AS asked
    JOIN declared_logins AS opener ON opener.login = lower(asked.author)
    JOIN person_teams AS authors   ON authors.person = opener.person
    JOIN code                      ON code.repo = asked.repo
    WHERE asked.merged_at >= current_date - 84
    UNION ALL
    SELECT waiting.team, held.team, 'waits'
    FROM blockers
    JOIN code AS waiting ON waiting.repo = blockers.repo
    JOIN code AS held    ON held.repo = split_part(blockers.first, ' ', 1)
),
observed AS (
    SELECT team, other,
           count(*) FILTER (WHERE what = 'review') AS reviews, count(*) FILTER (WHERE what = 'change') AS changes,
           count(*) FILTER (WHERE what = 'waits')  AS waits
    FROM seen
    WHERE team <> other
    GROUP BY team, other
),
declared AS (
    SELECT team, "with" AS other, mode, purpose, until FROM interactions
)
SELECT coalesce(declared.team, observed.team) AS team, coalesce(declared.other, observed.other) AS other,
       declared.mode, declared.purpose, declared.until, observed.reviews, observed.changes, observed.waits
FROM declared
FULL JOIN observed ON observed.team = declared.team AND observed.other = declared.other
