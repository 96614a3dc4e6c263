-- signal: unreleased-commits
-- duty: releases
-- asks: release, or say why not yet
-- says: {repo} holds {commits} since {release}, released {ago} ago; it usually releases within {usual}
-- price: waits
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM releases GROUP BY source, repo HAVING count(*) >= $releases_least AND count(behind) > 0 LIMIT 1
-- declare: a git source that tags its releases (three at least)
-- first: what keeps it from being released today?
--
-- Looked at: tags that name a version (candidates left out), the days between the latest ten
-- days of release, and the release that covers most of the default branch: a patch on an older
-- line must not hide what waits on the main one. Usual is the median. It is late after one and a
-- half times that, but only when nine in ten of those gaps were shorter, since releases come in
-- clusters (a release and its corrections, several packages of one repository), and never
-- before six weeks: who releases every few days needs no reminder in the same month. Silent too
-- where a candidate came within those weeks, since the release is being made, and where none
-- came for ten times the longest usual gap: that habit has changed, and was not forgotten.
-- Not looked at: commits that speak of a release or change its notes. Most releases are not announced
-- so, and most such commits are not followed by one within days (docs/precision.md).
WITH days_of_release AS (
    SELECT source, repo, CAST(released AS DATE) AS day
    FROM releases
    GROUP BY source, repo, CAST(released AS DATE)
),
gaps AS (
    SELECT source, repo, day,
           day - lag(day) OVER (PARTITION BY source, repo ORDER BY day)               AS gap,
           row_number()   OVER (PARTITION BY source, repo ORDER BY day DESC)          AS back
    FROM days_of_release
),
habits AS (
    SELECT source, repo, count(*) AS releases, max(day) AS latest,
           CAST(round(median(CAST(gap AS DOUBLE))) AS BIGINT) AS usual,
           CAST(ceil(percentile_cont($late_release_share) WITHIN GROUP (ORDER BY CAST(gap AS DOUBLE))) AS BIGINT) AS longest
    FROM gaps
    WHERE back <= $releases_looked_at
    GROUP BY source, repo
    HAVING count(*) >= $releases_least
),
newest AS (
    SELECT source, repo,
           first_value(name         ORDER BY behind, released DESC) AS release,
           first_value(behind       ORDER BY behind, released DESC) AS commits,
           first_value(behind_since ORDER BY behind, released DESC) AS behind_since
    FROM releases
    WHERE behind IS NOT NULL
    GROUP BY source, repo
),
late AS (
    SELECT habits.source, habits.repo, habits.usual, habits.longest, habits.latest, newest.release, newest.commits,
           current_date - habits.latest AS elapsed,
           greatest(CAST(ceil($late_release_factor * habits.usual) AS BIGINT), habits.longest, $late_release_least) AS allowed
    FROM habits
    JOIN newest ON newest.source = habits.source AND newest.repo = habits.repo
    WHERE newest.commits >= $unreleased_commits
      AND newest.behind_since < current_date - habits.usual
),
-- A release that is being made: `v2.0.0-rc1`, `2.0b2`.
candidates AS (
    SELECT refs.source, refs.repo
    FROM refs
    JOIN commits ON commits.source = refs.source AND commits.repo = refs.repo AND commits.sha = refs.sha
    WHERE refs.kind = 'tag'
      AND refs.name ~* '[0-9][-._+]?(alpha|beta|a|b|c|rc|pre|preview|cand)[-._]?[0-9]*$'
      AND coalesce(refs.tagger_time, commits.commit_time) >= current_date - $late_release_least
    GROUP BY refs.source, refs.repo
),
hands AS (
    SELECT late.source, late.repo, count(DISTINCT work.person) AS people
    FROM late
    JOIN authored_commits AS work ON work.source = late.source AND work.repo = late.repo
    WHERE work.commit_time > late.latest
    GROUP BY late.source, late.repo
)
SELECT late.repo                         AS subject,
       CAST(NULL AS VARCHAR)             AS owner,
       late.latest + late.allowed        AS since,
       CAST(hands.people AS DOUBLE)      AS people,
       CAST($unreleased_share AS DOUBLE) AS share,
       late.repo                         AS repo,
       late.commits || ' commits'        AS commits,
       late.release                      AS release,
       ago.words                         AS ago,
       usual.words                       AS usual
FROM late
JOIN hands          ON hands.source = late.source AND hands.repo = late.repo
JOIN spans AS ago   ON ago.days = late.elapsed
JOIN spans AS usual ON usual.days = late.allowed
LEFT JOIN candidates ON candidates.source = late.source AND candidates.repo = late.repo
WHERE candidates.repo IS NULL
  AND ago.words <> usual.words   -- "released 7 weeks ago, usually within 7 weeks" tells nobody anything
  AND late.elapsed > late.allowed
  AND late.elapsed < greatest(10 * late.longest, 60)
