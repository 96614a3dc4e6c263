-- unit: green share
-- unit: green_before share
-- unit: minutes minutes
-- unit: minutes_before minutes
--
-- Runs of pipelines on default branches: the last four weeks against the four before.
WITH runs AS (
    SELECT builds.repo, coalesce(builds.workflow, 'build') AS pipeline, builds.status, builds.finished_at,
           (date_part('epoch', builds.finished_at) - date_part('epoch', builds.started_at)) / 60 AS minutes,
           builds.finished_at >= now() - INTERVAL '28 days'                                      AS is_new
    FROM builds
    JOIN repositories ON repositories.repo = builds.repo AND repositories.default_branch = builds.branch
    WHERE builds.job IS NULL AND builds.finished_at >= now() - INTERVAL '56 days'
      AND builds.status IN ('success', 'failure', 'timed_out')
)
SELECT repo, pipeline,
       count(*) FILTER (WHERE is_new)                                                                     AS runs,
       avg(CASE WHEN is_new THEN CASE WHEN status = 'success' THEN 1.0 ELSE 0.0 END END)                  AS green,
       avg(CASE WHEN NOT is_new THEN CASE WHEN status = 'success' THEN 1.0 ELSE 0.0 END END)              AS green_before,
       median(CASE WHEN is_new THEN minutes END)                                                          AS minutes,
       median(CASE WHEN NOT is_new THEN minutes END)                                                      AS minutes_before,
       last_value(status ORDER BY finished_at)                                                            AS newest_run
FROM runs
GROUP BY repo, pipeline
ORDER BY repo, pipeline
