-- signal: flaky-check
-- duty: developer-experience
-- asks: mend it, or take it out until somebody does
-- says: {check} of {repo} failed and then passed on the same commit, {times} in {days} days
-- folds: {count} checks fail and pass without any change
-- price: waits
-- patience: 5d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM builds WHERE attempt > 1 UNION ALL SELECT 1 FROM test_results WHERE sha IS NOT NULL OR attempt > 1 LIMIT 1
-- declare: a source of builds, or of test results that name their commit or try a test again
-- first: does it fail alone, or always together with something else?
--
-- Looked at: two weeks of jobs that failed and passed on one commit, and of tests that did both on one
-- commit. A check that did so on three commits or more is flaky. Whole runs are looked at only where
-- the pipeline's jobs are not known. What was cancelled has not failed. A report of tests that names no
-- commit tells of one build: what a runner tried twice in it ran on one commit.
WITH jobbed AS (
    SELECT repo, workflow FROM builds WHERE job IS NOT NULL GROUP BY repo, workflow
),
tries AS (
    SELECT builds.repo, coalesce(builds.workflow || ': ' || builds.job, builds.workflow) AS check, builds.sha,
           builds.status = 'success' AS is_good, builds.finished_at AS at, builds.url
    FROM builds
    LEFT JOIN jobbed ON jobbed.repo = builds.repo AND jobbed.workflow = builds.workflow
    WHERE builds.finished_at >= current_date - $flaky_days
      AND builds.status IN ('success', 'failure', 'timed_out')
      AND builds.sha IS NOT NULL
      AND builds.workflow IS NOT NULL
      AND (builds.job IS NOT NULL OR jobbed.repo IS NULL)
    UNION ALL
    SELECT repo, suite || ' ' || name, coalesce(sha, 'build ' || build), outcome = 'passed',
           -- Tries of one run may carry one time: they come in their order.
           "at" + CAST(attempt || ' seconds' AS INTERVAL), CAST(NULL AS VARCHAR)
    FROM test_results
    WHERE "at" >= current_date - $flaky_days AND outcome IN ('passed', 'failed', 'error')
),
mixed AS (
    SELECT repo, check, sha, min(at) FILTER (WHERE NOT is_good) AS at, max(url) FILTER (WHERE NOT is_good) AS url
    FROM tries
    GROUP BY repo, check, sha
    HAVING min(at) FILTER (WHERE NOT is_good) < max(at) FILTER (WHERE is_good)
)
SELECT repo || ' ' || check                                                        AS subject,
       CAST(NULL AS VARCHAR)                                                       AS owner,
       min(at)                                                                     AS since,
       CAST(1 AS DOUBLE)                                                           AS people,
       count(*) * CAST($flaky_days_each AS DOUBLE) / $flaky_days                   AS share,
       repo                                                                        AS repo,
       check                                                                       AS check,
       count(*) || ' times'                                                        AS times,
       $flaky_days                                                                 AS days,
       first_value(url ORDER BY at DESC)                                           AS url
FROM mixed
GROUP BY repo, check
HAVING count(*) >= $flaky_times
