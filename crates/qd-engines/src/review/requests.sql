-- The open change requests, and the merged ones that they are ranked among.
SELECT requests.source,
       requests.repo,
       requests.number,
       requests.title,
       requests.url,
       requests.author,
       CASE WHEN coalesce(requests.author_is_bot, logins.is_bot, false) THEN NULL
            ELSE logins.person END AS person,
       requests.state,
       requests.is_draft,
       requests.created_at,
       requests.ready_at,
       requests.merge_sha,
       requests.commit_shas,
       requests.added,
       requests.paths
FROM change_requests AS requests
LEFT JOIN logins ON logins.login = lower(requests.author)
WHERE requests.state <> 'closed'
  AND requests.repo IN (SELECT repo FROM change_requests WHERE state = 'open')
