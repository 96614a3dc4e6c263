-- signal: hot-file-one-knower
-- duty: knowledge-concentration
-- asks: have somebody else make or review its next changes
-- says: {path} of {repo} changed {often} in the last quarter, and of {crew} people only {knower} knows it
-- price: forgets
-- patience: 20d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM identities WHERE is_declared LIMIT 1) AS declared CROSS JOIN (SELECT 1 FROM active_people GROUP BY source, repo HAVING count(*) >= $crew_least LIMIT 1) AS crew
-- declare: a git source where three people or more committed in the last half year, and people with their mail addresses
-- first: who would be asked if they were away for a month?
--
-- Looked at: files of a program that are hot in the last 91 days (changed often and large), and
-- who among the people active in the repository knows them by the degree of authorship
-- (Avelino et al. 2016). Somebody who changed it several times within the year is taken to know
-- it well enough, whatever the model says of the first author's share.
--
-- The one knower must be who makes most of its changes today, and others must have to change
-- it too: a first author of long ago is missed by nobody, and what one person builds alone is not
-- yet anybody else's. One or two active people are a small crew, not a concentration: there
-- the knowledge has nowhere else to be. Silent where nobody is declared: of an open project's maintainer
-- whom everybody sends changes to it is true of half the program, and nobody can be told to share it
-- (docs/precision.md); `show ownership` lists it. What happens when it gets lost is priced as the chance
-- that the person leaves times what somebody else needs to get to know the file.
WITH crews AS (
    SELECT source, repo, count(*) AS crew
    FROM active_people
    GROUP BY source, repo
    HAVING count(*) >= $crew_least
),
hot AS (
    SELECT hotspots.source, hotspots.repo, hotspots.path, hotspots.changes, hotspots.rank, crews.crew
    FROM hotspots
    JOIN crews      ON crews.source = hotspots.source AND crews.repo = hotspots.repo
    JOIN code_files ON code_files.source = hotspots.source
                   AND code_files.repo = hotspots.repo
                   AND code_files.path = hotspots.path
    WHERE hotspots.quarter = 0 AND hotspots.is_hot AND hotspots.rank <= $hotspot_rank
      AND hotspots.people >= $crew_least
),
known AS (
    SELECT hot.source, hot.repo, hot.path,
           max(active_people.person_name) AS knower,
           max(active_people.person)      AS person
    FROM hot
    JOIN knowers       ON knowers.source = hot.source
                      AND knowers.repo = hot.repo
                      AND knowers.path = hot.path
    JOIN active_people ON active_people.source = hot.source
                      AND active_people.repo = hot.repo
                      AND active_people.person = knowers.person
    GROUP BY hot.source, hot.repo, hot.path
    -- The one who is left must know it by the model, not by habit alone.
    HAVING count(*) = 1 AND bool_or(knowers.is_author)
),
-- Who makes the changes of the year.
hands AS (
    SELECT hot.source, hot.repo, hot.path, addresses.person, count(DISTINCT changes.sha) AS changes,
           sum(count(DISTINCT changes.sha)) OVER (PARTITION BY hot.source, hot.repo, hot.path) AS of_all
    FROM hot
    JOIN file_changes AS changes ON changes.source = hot.source
                                AND changes.repo = hot.repo
                                AND changes.path = hot.path
                                AND changes.commit_time >= current_date - 365
    JOIN addresses ON addresses.email = lower(changes.author_email) AND NOT addresses.is_bot
    GROUP BY hot.source, hot.repo, hot.path, addresses.person
)
SELECT hot.repo || ':' || hot.path               AS subject,
       CAST(NULL AS VARCHAR)                     AS owner,
       CAST(NULL AS DATE)                        AS since,   -- when it came to this is not kept
       CAST($departure_per_year AS DOUBLE) / 365 AS probability_per_day,
       CAST($relearn_hot_file_days AS DOUBLE)    AS relearn_days,
       hot.repo                                  AS repo,
       hot.path                                  AS path,
       hot.changes || ' times'                   AS often,
       CAST(hot.crew AS VARCHAR)                 AS crew,
       known.knower                              AS knower
FROM hot
JOIN known ON known.source = hot.source AND known.repo = hot.repo AND known.path = hot.path
JOIN hands ON hands.source = hot.source AND hands.repo = hot.repo AND hands.path = hot.path
          AND hands.person = known.person
WHERE 2 * hands.changes >= hands.of_all
