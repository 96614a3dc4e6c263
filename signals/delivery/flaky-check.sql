-- signal: flaky-check
-- duty: developer-experience
-- asks: mend it, or take it out until somebody does
-- says: {check} of {repo} failed and then passed on the same commit, {times} in {days} days
-- folds: {count} checks fail and pass without any change
-- price: waits
-- patience: 5d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM builds WHERE sha IS NOT NULL AND coalesce(job, workflow) <> '' UNION ALL SELECT 1 FROM test_results WHERE sha IS NOT NULL OR attempt > 1 LIMIT 1
-- declare: a source of builds, or test results that name their commit (a property such as `GITHUB_SHA` or `git.commit`) or were tried twice in one report
-- first: does it fail alone, or always together with something else?
--
-- Looked at: two weeks of jobs that failed and passed on one commit, and of tests that did both on one
-- commit. A check that did so on three commits or more is flaky. Whole runs are looked at only where
-- the pipeline's jobs are not known. What was cancelled has not failed. A report of tests that names no
-- commit tells of one build: what a runner tried twice in it ran on one commit.
-- A job that does not name its pipeline has the name of its run's, where that is known.
WITH ended AS (
    SELECT builds.repo, builds.job, coalesce(builds.workflow, runs.workflow) AS workflow, builds.sha, builds.status,
           builds.finished_at, builds.url
    FROM builds
    LEFT JOIN builds AS runs ON runs.source = builds.source AND runs.repo = builds.repo AND runs.id = builds.run
                            AND runs.job IS NULL
    WHERE builds.finished_at >= current_date - $flaky_days
      AND builds.status IN ('success', 'failure', 'timed_out')
),
jobbed AS (
    SELECT repo, workflow FROM ended WHERE job IS NOT NULL GROUP BY repo, workflow
),
tries AS (
    SELECT ended.repo, coalesce(ended.workflow || ': ' || ended.job, ended.job, ended.workflow) AS check, ended.sha,
           ended.status = 'success' AS is_good, ended.finished_at AS at, ended.url
    FROM ended
    LEFT JOIN jobbed ON jobbed.repo = ended.repo AND jobbed.workflow = ended.workflow
    WHERE ended.sha IS NOT NULL
      AND (ended.job IS NOT NULL OR (ended.workflow IS NOT NULL AND jobbed.repo IS NULL))
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
