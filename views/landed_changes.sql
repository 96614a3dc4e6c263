-- What reached the default branch: change requests that were merged into it, and, in repositories of
-- which no change request is known, the commits themselves. One row a change.
--
-- A change begins with the first commit of the request, as it was written: what a squash or a rebase
-- makes of its commits after that does not matter. Commits of a repository without requests are told
-- from those that still wait on a branch only by author and time: what the author of an unmerged branch
-- committed between its first commit and its last is left out. Changes by robots are marked.
WITH requested AS (
    SELECT repo FROM change_requests GROUP BY repo
),
afloat AS (
    SELECT repo, tip_email, ahead_since, tip_time FROM branches WHERE NOT is_default AND ahead > 0
),
pushed AS (
    SELECT commits.source, commits.repo, commits.sha, commits.author_email, commits.author_time, commits.commit_time, commits.subject
    FROM commits
    LEFT JOIN requested ON requested.repo = commits.repo
    LEFT JOIN afloat    ON afloat.repo = commits.repo
                       AND afloat.tip_email = lower(commits.author_email)
                       AND afloat.ahead_since <= commits.commit_time
                       AND afloat.tip_time >= commits.commit_time
    WHERE requested.repo IS NULL AND afloat.repo IS NULL AND commits.parents <= 1
)
SELECT 'change_request'                                  AS kind,
       requests.source                                   AS source,
       requests.repo                                     AS repo,
       requests.number                                   AS id,
       requests.title                                    AS title,
       requests.author                                   AS author,
       coalesce(requests.author_is_bot, false) OR coalesce(requests.author LIKE '%[bot]', false) OR robots.login IS NOT NULL AS is_bot,
       requests.first_commit_at                          AS first_commit_at,
       requests.merged_at                                AS landed_at,
       requests.paths                                    AS paths,
       requests.labels                                   AS labels,
       requests.head_branch                              AS branch,
       requests.url                                      AS url
FROM landed_requests AS requests
LEFT JOIN robots ON robots.login = lower(requests.author)
UNION ALL
SELECT 'commit',
       pushed.source,
       pushed.repo,
       pushed.sha,
       pushed.subject,
       addresses.person,
       coalesce(addresses.is_bot, false),
       pushed.author_time,
       pushed.commit_time,
       changed.paths,
       CAST(NULL AS VARCHAR[]),
       CAST(NULL AS VARCHAR),
       CAST(NULL AS VARCHAR)
FROM pushed
LEFT JOIN addresses ON addresses.email = lower(pushed.author_email)
LEFT JOIN (
    SELECT file_changes.source, file_changes.repo, file_changes.sha, array_agg(file_changes.path) AS paths
    FROM file_changes
    JOIN (SELECT repo FROM service_places WHERE starts IS NOT NULL OR pattern IS NOT NULL GROUP BY repo) AS split
      ON split.repo = file_changes.repo
    GROUP BY file_changes.source, file_changes.repo, file_changes.sha
) AS changed ON changed.source = pushed.source AND changed.repo = pushed.repo AND changed.sha = pushed.sha
