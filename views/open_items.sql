-- kept: yes
--
-- What is open: change requests and issues in one form, with who opened it.
--
-- Everything that asks who waits for whom starts here, since of a long history little is open.
SELECT item.source, item.repo, item."of", item.number, item.title, item.url,
       lower(item.author)                                              AS author,
       coalesce(opener.person, lower(item.author))                     AS author_person,
       coalesce(opener.person_name, item.author)                       AS author_name,
       item.author IS NOT NULL AND (coalesce(item.author_is_bot, false) OR coalesce(opener.is_bot, false)
                                OR lower(item.author) LIKE '%[bot]')   AS is_robots,
       lower(item.author_role)                                         AS author_role,
       item.is_draft, item.created_at, item.ready_at, item.last_commit_at, item.head_sha,
       item.labels, item.assignees, item.requested_reviewers, item.requested_teams,
       item.review_decision, item.approvals_required, item.mergeable, item.checks, item.checks_at,
       item.unresolved_threads, item.milestone, item.closes, item.blocked_by, item.parent,
       item.priority, item.type, item.status, item.status_kind, item.due, item.updated_at,
       item.text, item.mentions
FROM (
    SELECT source, repo, 'change_request' AS "of", number, title, url, author, author_is_bot, author_role,
           is_draft, created_at, ready_at, last_commit_at, head_sha, labels, assignees,
           requested_reviewers, requested_teams, review_decision, approvals_required, mergeable, checks,
           checks_at, unresolved_threads, milestone, closes,
           CAST(NULL AS VARCHAR[]) AS blocked_by, CAST(NULL AS VARCHAR) AS parent,
           CAST(NULL AS VARCHAR) AS priority, CAST(NULL AS VARCHAR) AS type,
           CAST(NULL AS VARCHAR) AS status, CAST(NULL AS VARCHAR) AS status_kind,
           nullif(created_at, created_at) AS due, updated_at, text, mentions
    FROM change_requests
    WHERE state = 'open'
    UNION ALL
    SELECT source, repo, 'issue', number, title, url, author, author_is_bot, author_role,
           CAST(NULL AS BOOLEAN), created_at, nullif(created_at, created_at),
           nullif(created_at, created_at), CAST(NULL AS VARCHAR), labels, assignees,
           CAST(NULL AS VARCHAR[]), CAST(NULL AS VARCHAR[]), CAST(NULL AS VARCHAR),
           CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           nullif(created_at, created_at), CAST(NULL AS BIGINT), milestone, CAST(NULL AS VARCHAR[]),
           blocked_by, parent, priority, type, status, status_kind, due, updated_at, text, mentions
    FROM issues
    WHERE state = 'open'
) AS item
LEFT JOIN declared_logins AS opener ON opener.login = lower(item.author)
