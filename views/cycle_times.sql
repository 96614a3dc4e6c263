-- How long each merged change request took, in four parts that follow one another, with the instants
-- each part begins and ends at and what happened then; in hours.
--
-- coding   first commit written          -> opened, or ready where it was a draft
-- pickup   opened or ready               -> first review or comment by a person other than the author
-- review   that review or comment        -> merged
-- deploy   merged                        -> end of the deployment that brought it to the users
-- total    first commit written          -> end of that deployment
--
-- What is not known is null, and so is a part whose end lies before its beginning (clocks disagree,
-- or commits were written anew after it was opened): never negative, never 0 instead. Robots neither
-- review nor comment here; their own changes are marked. Of a change to several services the
-- deployment is the first one. What was merged into another branch than the default one is in none.
WITH requests AS (
    SELECT asked.source, asked.repo, asked.number, asked.title, asked.author, asked.url,
           coalesce(opener.person, lower(asked.author)) AS person,
           coalesce(asked.author_is_bot, false) OR coalesce(asked.author LIKE '%[bot]', false) OR robots.login IS NOT NULL AS is_bot,
           asked.first_commit_at, asked.created_at, asked.merged_at,
           coalesce(asked.ready_at, asked.created_at)                                AS ready_at,
           CASE WHEN asked.ready_at > asked.created_at THEN 'ready' ELSE 'opened' END AS ready_by
    FROM change_requests AS asked
    LEFT JOIN robots                    ON robots.login = lower(asked.author)
    LEFT JOIN declared_logins AS opener ON opener.login = lower(asked.author)
    WHERE asked.merged_at IS NOT NULL
),
spoken AS (
    SELECT source, repo, number, submitted_at AS at, reviewer AS login, reviewer_is_bot AS is_bot, 'review' AS what
    FROM reviews
    WHERE state <> 'dismissed'
    UNION ALL
    SELECT source, repo, number, created_at, author, author_is_bot, 'comment'
    FROM comments
    WHERE "of" = 'change_request'
),
answered AS (
    SELECT requests.source, requests.repo, requests.number,
           min(spoken.at)                                    AS at,
           first_value(spoken.what ORDER BY spoken.at, spoken.what DESC) AS what
    FROM requests
    JOIN spoken      ON spoken.source = requests.source
                    AND spoken.repo = requests.repo
                    AND spoken.number = requests.number
                    AND spoken.at >= requests.ready_at
                    AND spoken.at <= requests.merged_at
    LEFT JOIN robots                   ON robots.login = lower(spoken.login)
    LEFT JOIN declared_logins AS whose ON whose.login = lower(spoken.login)
    WHERE (coalesce(whose.person, lower(spoken.login)) IS DISTINCT FROM requests.person)
      AND NOT coalesce(spoken.is_bot, false)
      AND coalesce(spoken.login, '') NOT LIKE '%[bot]'
      AND robots.login IS NULL
    GROUP BY requests.source, requests.repo, requests.number
),
brought AS (
    SELECT source, repo, id,
           min(deployed_at)                                   AS deployed_at,
           first_value(service    ORDER BY deployed_at, service) AS service,
           first_value(deployment ORDER BY deployed_at, service) AS deployment
    FROM deliveries
    WHERE kind = 'change_request' AND deployed_at IS NOT NULL
    GROUP BY source, repo, id
),
timed AS (
    SELECT requests.*,
           answered.at                          AS answered_at,
           answered.what                        AS answered_by,
           out.deployed_at                      AS deployed_at,
           out.service                          AS service,
           out.deployment                       AS deployment,
           date_part('epoch', requests.first_commit_at) AS began,
           date_part('epoch', requests.ready_at)        AS ready,
           date_part('epoch', answered.at)              AS answered,
           date_part('epoch', requests.merged_at)       AS merged,
           date_part('epoch', out.deployed_at)          AS deployed
    FROM requests
    LEFT JOIN answered ON answered.source = requests.source
                      AND answered.repo = requests.repo
                      AND answered.number = requests.number
    LEFT JOIN brought  AS out ON out.source = requests.source AND out.repo = requests.repo AND out.id = requests.number
)
SELECT source,
       repo,
       number,
       title,
       author,
       is_bot,
       service,
       first_commit_at                                                       AS coding_from,
       'first commit'                                                        AS coding_from_event,
       ready_at                                                              AS coding_to,
       ready_by                                                              AS coding_to_event,
       CASE WHEN ready    >= began    THEN (ready - began) / 3600 END        AS coding_hours,
       ready_at                                                              AS pickup_from,
       ready_by                                                              AS pickup_from_event,
       answered_at                                                           AS pickup_to,
       answered_by                                                           AS pickup_to_event,
       CASE WHEN answered >= ready    THEN (answered - ready) / 3600 END     AS pickup_hours,
       answered_at                                                           AS review_from,
       answered_by                                                           AS review_from_event,
       merged_at                                                             AS review_to,
       'merge'                                                               AS review_to_event,
       CASE WHEN merged   >= answered THEN (merged - answered) / 3600 END    AS review_hours,
       merged_at                                                             AS deploy_from,
       'merge'                                                               AS deploy_from_event,
       deployed_at                                                           AS deploy_to,
       'deployment ' || deployment                                           AS deploy_to_event,
       CASE WHEN deployed >= merged   THEN (deployed - merged) / 3600 END    AS deploy_hours,
       CASE WHEN deployed >= began    THEN (deployed - began) / 3600 END     AS total_hours,
       deployment,
       url
FROM timed
