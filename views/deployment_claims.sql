-- kept: yes
--
-- What may be a deployment: one row for each service that it may be one of and each rule it fits, from
-- three origins. `deployments` makes one of those that are told twice, and says which commits they hold.
--
-- reported   a row of the table `observed.deployments`. It belongs to the service it names, else to
--            those of its repository, else to the repository as a service of its own. It counts where
--            the environment fits a rule of the service that names neither pipeline nor tag; without
--            any rule, where it is production (`prod*`) or not said.
-- pipeline   a run or a job of `builds` that fits a rule with `workflow` or `job`. Runs for change
--            requests never reach users and are left out. With `tag`, the run must be of such a tag.
-- tag        a tag, of git or of a published release, that fits a rule with `tag` alone.
--
-- Rules are held against names without regard to case, and against branches without `refs/heads/`.
WITH rules AS (
    SELECT rule.service, rule.id AS rule, coalesce(rule.repo, places.repo) AS repo,
           rule.workflow IS NOT NULL OR rule.job IS NOT NULL                         AS of_pipeline,
           rule.tag IS NOT NULL                                                      AS of_tag,
           rule.job IS NOT NULL                                                      AS of_job,
           lower(regexp_replace(replace(rule.workflow, '_', '\_'), '\*+', '%', 'g'))        AS workflow,
           lower(regexp_replace(replace(rule.job, '_', '\_'), '\*+', '%', 'g'))             AS job,
           lower(regexp_replace(replace(rule.branch, '_', '\_'), '\*+', '%', 'g'))          AS branch,
           lower(regexp_replace(replace(rule.tag, '_', '\_'), '\*+', '%', 'g'))             AS tag,
           lower(regexp_replace(replace(rule.environment, '_', '\_'), '\*+', '%', 'g')) AS environment
    FROM deployment_rules AS rule
    LEFT JOIN service_places AS places
           ON places.service = rule.service AND rule.repo IS NULL
),
ruled AS (
    SELECT service FROM rules GROUP BY service
),
told AS (
    SELECT coalesce(named.service, told.service, places.service, nullif(told.repo, '')) AS service,
           told.source, told.repo, told.id, told.environment, told.sha,
           regexp_replace(told."ref", '^refs/(heads|tags)/', '')                       AS "ref", told.version,
           CASE WHEN told.status = 'failure' THEN 'failure' ELSE 'success' END         AS status,
           coalesce(told.started_at, told.created_at)                                  AS started_at,
           coalesce(told.finished_at, told.started_at, told.created_at)                AS finished_at,
           told."by", told.is_rollback, told.is_unplanned, told.url
    FROM observed.deployments AS told
    LEFT JOIN service_names AS named ON named.word = lower(told.service)
    LEFT JOIN service_places AS places
           ON places.repo = told.repo AND told.service IS NULL
    WHERE told.status IN ('success', 'inactive', 'failure')
),
reported AS (
    SELECT told.service, told.source, told.repo, told.id, told.environment, told.sha, told."ref", told.version, told.status,
           told.started_at, told.finished_at, told."by", told.is_rollback, told.is_unplanned, told.url,
           'reported' AS origin, rules.rule
    FROM told
    LEFT JOIN ruled ON ruled.service = told.service
    LEFT JOIN rules ON rules.service = told.service AND NOT rules.of_pipeline AND NOT rules.of_tag
    WHERE told.service IS NOT NULL
      AND CASE WHEN rules.environment IS NOT NULL THEN coalesce(lower(told.environment) LIKE rules.environment, false)
               ELSE told.environment IS NULL OR told.environment = '' OR lower(told.environment) LIKE 'prod%' END
      AND (ruled.service IS NULL
           OR (rules.rule IS NOT NULL
               AND (rules.repo IS NULL OR rules.repo = told.repo OR told.repo = '')
               AND (rules.branch IS NULL OR coalesce(lower(told."ref") LIKE rules.branch, false))))
),
pipelines AS (
    SELECT rules.service, runs.source, runs.repo, runs.id, coalesce(runs.environment, rules.environment) AS environment, runs.sha, runs."ref",
           CASE WHEN rules.of_tag THEN runs."ref" END,
           CASE WHEN runs.status = 'success' THEN 'success' ELSE 'failure' END,
           coalesce(runs.started_at, runs.created_at, runs.finished_at),
           coalesce(runs.finished_at, runs.started_at, runs.created_at),
           runs."by", CAST(NULL AS BOOLEAN) AS is_rollback, CAST(NULL AS BOOLEAN) AS is_unplanned, runs.url,
           'pipeline', rules.rule
    FROM (SELECT *, CASE WHEN branch LIKE 'refs/%' THEN regexp_replace(branch, '^refs/(heads|tags)/', '') ELSE branch END AS "ref"
          FROM builds
          WHERE status IN ('success', 'failure', 'timed_out')) AS runs
    JOIN rules ON rules.repo = runs.repo
              AND rules.of_pipeline
              AND rules.of_job = (runs.job IS NOT NULL)
              AND (rules.workflow IS NULL OR lower(runs.workflow) LIKE rules.workflow)
              AND (rules.job IS NULL OR lower(runs.job) LIKE rules.job)
              AND (rules.branch IS NULL OR lower(runs."ref") LIKE rules.branch)
              AND (rules.tag IS NULL OR lower(runs."ref") LIKE rules.tag)
              AND (rules.environment IS NULL OR runs.environment IS NULL OR lower(runs.environment) LIKE rules.environment)
    WHERE coalesce(runs.event, '') NOT LIKE 'pull_request%'
      AND coalesce(runs.event, '') <> 'merge_request_event'
      AND coalesce(runs.started_at, runs.created_at, runs.finished_at) IS NOT NULL
),
tags AS (
    SELECT repo, tag, min(source) AS source, max(sha) AS sha, coalesce(max(made), max(published)) AS made,
           max("by") AS "by", max(url) AS url
    FROM (
        SELECT source, repo, name AS tag, sha, tagger_time AS made, arrow_cast(NULL, 'Timestamp(Microsecond, Some("UTC"))') AS published,
               CAST(NULL AS VARCHAR) AS "by", CAST(NULL AS VARCHAR) AS url
        FROM refs
        WHERE kind = 'tag'
        UNION ALL
        SELECT source, repo, tag, CAST(NULL AS VARCHAR), arrow_cast(NULL, 'Timestamp(Microsecond, Some("UTC"))'),
               coalesce(published_at, created_at), author, url
        FROM published_releases
        WHERE NOT coalesce(is_draft, false)
    )
    GROUP BY repo, tag
),
tagged AS (
    SELECT rules.service, tags.source, tags.repo, tags.tag AS id, rules.environment, tags.sha, tags.tag AS "ref", tags.tag AS version,
           'success', tags.made AS started_at, tags.made AS finished_at, tags."by",
           CAST(NULL AS BOOLEAN) AS is_rollback, CAST(NULL AS BOOLEAN) AS is_unplanned, tags.url, 'tag', rules.rule
    FROM tags
    JOIN rules ON rules.repo = tags.repo AND rules.of_tag AND NOT rules.of_pipeline AND lower(tags.tag) LIKE rules.tag
)
SELECT * FROM reported
UNION ALL
SELECT * FROM pipelines
UNION ALL
SELECT * FROM tagged
