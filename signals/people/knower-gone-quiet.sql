-- signal: knower-gone-quiet
-- duty: exits
-- asks: ask whether they come back; if not, name who takes these files over while they still answer
-- says: {who} worked on {repo} week after week and has not since {day}, and nobody else who works there knows {files}, among them {example}
-- price: forgets
-- patience: 10d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM active_people GROUP BY source, repo HAVING count(*) > 1 LIMIT 1
-- declare: a git source where two people or more committed in the last half year
-- first: are they away, on something else, or gone?
--
-- Looked at: people who committed to a repository in so many different weeks of the half year
-- before their last commit that half a year without one is no pause, and thrice as long as any they
-- made there before; and the files of a program that they know and none of those who still work there
-- does. Who came and went before, with a month between, more often than thrice in two years, comes
-- back again; who commits what others wrote has not gone. Leavers with a last day and declared
-- absences are left to the signal that knows the day; who is silent for a year is a matter of
-- declarations. It speaks from ten files and a tenth of the program on, or for one that is hot: of
-- what a short stay left behind little is ever touched again.
--
-- The price is that of knowledge fading once somebody is gone, times the chance that they are.
WITH rhythm AS (
    SELECT source, repo, person, max(person_name) AS who, max(commit_time) AS last_commit
    FROM authored_commits
    GROUP BY source, repo, person
    HAVING max(commit_time) <  current_date - $quiet_days
       AND max(commit_time) >= current_date - $quiet_most_days
),
-- The longest that each of them was away before, and how often for long of late.
pauses AS (
    SELECT source, repo, person, max(pause) AS longest,
           count(*) FILTER (WHERE is_late AND pause >= $quiet_pause) AS long_ones
    FROM (
        SELECT work.source, work.repo, work.person,
               work.commit_time >= rhythm.last_commit - INTERVAL '730 days' AS is_late,
               CAST(work.commit_time AS DATE) - CAST(lag(work.commit_time) OVER (
                   PARTITION BY work.source, work.repo, work.person ORDER BY work.commit_time) AS DATE) AS pause
        FROM authored_commits AS work
        JOIN rhythm ON rhythm.source = work.source AND rhythm.repo = work.repo AND rhythm.person = work.person
    ) AS steps
    GROUP BY source, repo, person
),
-- Who takes in what others write is here, though they write nothing themselves.
minding AS (
    SELECT commits.source, commits.repo, addresses.person, max(commits.commit_time) AS last_taken
    FROM commits
    JOIN addresses ON addresses.email = lower(commits.committer_email)
    WHERE commits.commit_time >= current_date - $quiet_most_days
    GROUP BY commits.source, commits.repo, addresses.person
),
quiet AS (
    SELECT rhythm.source, rhythm.repo, rhythm.person,
           max(rhythm.who) AS who, max(rhythm.last_commit) AS last_commit
    FROM rhythm
    JOIN authored_commits AS work ON work.source = rhythm.source
                                 AND work.repo = rhythm.repo
                                 AND work.person = rhythm.person
                                 AND work.commit_time >= rhythm.last_commit - INTERVAL '182 days'
    LEFT JOIN people   ON people.id = rhythm.person AND people."left" IS NOT NULL
    LEFT JOIN absences ON absences.person = rhythm.person
                      AND absences."from" <= current_date
                      AND coalesce(absences."to", current_date) >= current_date - $quiet_days
    JOIN pauses ON pauses.source = rhythm.source AND pauses.repo = rhythm.repo AND pauses.person = rhythm.person
    LEFT JOIN minding  ON minding.source = rhythm.source
                      AND minding.repo = rhythm.repo
                      AND minding.person = rhythm.person
                      AND minding.last_taken > rhythm.last_commit + INTERVAL '1 day'
    WHERE people.id IS NULL AND absences.person IS NULL AND minding.person IS NULL
      AND current_date - CAST(rhythm.last_commit AS DATE) > $quiet_times * coalesce(pauses.longest, 0)
      AND pauses.long_ones <= $quiet_pauses
    GROUP BY rhythm.source, rhythm.repo, rhythm.person
    HAVING count(DISTINCT date_trunc('week', work.commit_time)) >= $quiet_weeks
),
-- Those who would be asked instead: at work, and not quiet themselves.
here AS (
    SELECT active_people.source, active_people.repo, active_people.person
    FROM active_people
    WHERE active_people.last_commit >= current_date - $quiet_days
),
staying AS (
    SELECT knowers.source, knowers.repo, knowers.path
    FROM knowers
    JOIN here ON here.source = knowers.source AND here.repo = knowers.repo AND here.person = knowers.person
    GROUP BY knowers.source, knowers.repo, knowers.path
),
sizes AS (
    SELECT source, repo, count(*) AS files FROM code_files GROUP BY source, repo
),
lost AS (
    SELECT quiet.repo, quiet.person,
           max(quiet.who)         AS who,
           max(quiet.last_commit) AS last_commit,
           count(*)               AS files,
           count(hotspots.path)   AS hot,
           first_value(knowers.path ORDER BY coalesce(hotspots.rank, 1000000), knowers.changes DESC, knowers.path) AS example
    FROM quiet
    JOIN knowers       ON knowers.source = quiet.source
                      AND knowers.repo = quiet.repo
                      AND knowers.person = quiet.person
    JOIN code_files    ON code_files.source = knowers.source
                      AND code_files.repo = knowers.repo
                      AND code_files.path = knowers.path
    LEFT JOIN staying  ON staying.source = knowers.source
                      AND staying.repo = knowers.repo
                      AND staying.path = knowers.path
    LEFT JOIN hotspots ON hotspots.source = knowers.source
                      AND hotspots.repo = knowers.repo
                      AND hotspots.path = knowers.path
                      AND hotspots.quarter = 0
                      AND hotspots.is_hot
    JOIN sizes         ON sizes.source = quiet.source AND sizes.repo = quiet.repo
    WHERE staying.path IS NULL
      AND EXISTS (SELECT 1 FROM here WHERE here.repo = quiet.repo)
    GROUP BY quiet.repo, quiet.person
    HAVING (count(*) >= $quiet_files AND count(*) >= $quiet_share * max(sizes.files))
        OR count(hotspots.path) > 0
)
SELECT lost.person || ' quiet in ' || lost.repo                              AS subject,
       CAST(NULL AS VARCHAR)                                                 AS owner,
       lost.last_commit                                                      AS since,
       CAST($quiet_gone AS DOUBLE) * CAST($fading_per_day AS DOUBLE)         AS probability_per_day,
       least(lost.files * CAST($relearn_file_days AS DOUBLE)
             + lost.hot * CAST($relearn_hot_file_days AS DOUBLE), $relearn_most_days) AS relearn_days,
       lost.repo                                                             AS repo,
       lost.person                                                           AS person,
       lost.who                                                              AS who,
       CAST(lost.last_commit AS DATE)                                        AS day,
       CASE lost.files WHEN 1 THEN '1 file' ELSE lost.files || ' files' END  AS files,
       lost.example                                                          AS example
FROM lost
