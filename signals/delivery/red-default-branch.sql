-- signal: red-default-branch
-- duty: developer-experience
-- asks: mend it or take it back, before anything else is merged
-- says: {workflow} of {repo} has failed on {branch} for {span}, first with {commit}
-- folds: {count} pipelines fail on a default branch, the oldest since {oldest}
-- price: waits
-- patience: 1d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM builds WHERE job IS NULL AND status = 'success' LIMIT 1
-- declare: a source of builds: a forge with its pipelines
-- first: is it the change, or a test that fails now and then?
--
-- Looked at: runs on the default branch that a push started, by pipeline. Red is one whose newest
-- finished run failed, whose first failure since the last success is over an hour old, and that has
-- been green within two months and run within two weeks; what never passed or is not run any more
-- breaks nobody's day. Pipelines that have no name count as one. Where the default branch is not known it is
-- `main` or `master`. It goes to who wrote the first red commit; where that is a robot or not known,
-- to the owner of the repository.
WITH default_branches AS (
    SELECT repo, coalesce(max(told), max(seen)) AS branch
    FROM (
        SELECT repo, default_branch AS told, CAST(NULL AS VARCHAR) AS seen FROM forge_repositories
        UNION ALL
        SELECT repo, CAST(NULL AS VARCHAR), default_branch FROM repositories
        UNION ALL
        SELECT repo, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR) FROM builds
    )
    GROUP BY repo
),
runs AS (
    SELECT builds.repo, builds.branch, coalesce(builds.workflow, 'the pipeline') AS workflow, builds.sha, builds.url, builds.finished_at,
           builds.status = 'success' AS is_good,
           max(CASE WHEN builds.status = 'success' THEN builds.finished_at END)
               OVER (PARTITION BY builds.repo, builds.branch, builds.workflow) AS last_good
    FROM builds
    JOIN default_branches ON default_branches.repo = builds.repo
                         AND (default_branches.branch = builds.branch
                              OR (default_branches.branch IS NULL AND builds.branch IN ('main', 'master')))
    WHERE builds.job IS NULL
      AND (builds.workflow IS NOT NULL OR coalesce(builds.event, 'push') = 'push')
      AND coalesce(builds.event, 'push') NOT LIKE '%request%'
      AND coalesce(builds.event, 'push') NOT IN ('schedule', 'workflow_dispatch')
      AND builds.status IN ('success', 'failure', 'timed_out')
      AND builds.finished_at >= current_date - $red_green_days
),
red AS (
    SELECT repo, branch, workflow,
           min(finished_at)                                        AS since,
           max(finished_at)                                        AS newest,
           first_value(sha ORDER BY finished_at)                   AS sha,
           first_value(url ORDER BY finished_at)                   AS url,
           count(DISTINCT sha)                                     AS commits
    FROM runs
    WHERE finished_at > last_good
    GROUP BY repo, branch, workflow
    HAVING min(finished_at) <= now() - CAST($red_hours || ' hours' AS INTERVAL)
       AND max(finished_at) >= current_date - $red_days
),
hands AS (
    SELECT commits.repo, commits.sha, max(commits.subject) AS subject,
           max(CASE WHEN NOT addresses.is_bot THEN addresses.person END) AS person
    FROM commits
    JOIN red            ON red.repo = commits.repo AND red.sha = commits.sha
    LEFT JOIN addresses ON addresses.email = lower(commits.author_email)
    GROUP BY commits.repo, commits.sha
),
crews AS (
    SELECT repo, count(DISTINCT person) AS people FROM active_people GROUP BY repo
)
SELECT red.repo || ' ' || red.workflow                                     AS subject,
       hands.person                                                       AS owner,
       red.since                                                          AS since,
       CAST(coalesce(crews.people, $red_people) AS DOUBLE)                AS people,
       CAST($red_share AS DOUBLE)                                         AS share,
       red.repo                                                           AS repo,
       red.workflow                                                       AS workflow,
       red.branch                                                         AS branch,
       CASE WHEN date_part('epoch', now()) - date_part('epoch', red.since) < 172800
            THEN CAST(floor((date_part('epoch', now()) - date_part('epoch', red.since)) / 3600) AS BIGINT) || ' hours'
            ELSE CAST(floor((date_part('epoch', now()) - date_part('epoch', red.since)) / 86400) AS BIGINT) || ' days' END AS span,
       coalesce('"' || hands.subject || '"', substr(red.sha, 1, 10), 'a commit that is not known') AS commit,
       red.url                                                            AS url
FROM red
LEFT JOIN hands ON hands.repo = red.repo AND hands.sha = red.sha
LEFT JOIN crews ON crews.repo = red.repo
