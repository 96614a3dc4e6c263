-- kept: yes
--
-- What was done to what is open, and by whom: one row for each opening, comment, review, push,
-- request of a review, assignment and change of state, and for whoever it now waits for by a list.
--
-- `did` says what it was; `person` is null where the account is gone. A push is known from the
-- tracker's own record; where there is none, the newest commit stands for a push by the author.
-- `is_remark` is a remark on lines that came with no review: some forges know no other review.
-- `listed` and `held` are no events: they are who the forge lists as asked for a review or assigned.
SELECT event.source, event.repo, event."of", event.number,
       event.author, event.author_person, event.author_name, event.is_robots, event.head_sha,
       event.knows_reviewers, event.knows_teams,
       event.id, event.at, event.did, event.actor,
       coalesce(who.person, event.actor)                                   AS person,
       coalesce(who.person_name, event.login)                              AS name,
       coalesce(event.robot, false) OR coalesce(who.is_bot, false)
           OR coalesce(event.actor LIKE '%[bot]', false)                   AS is_bot,
       coalesce(coalesce(who.person, event.actor) = event.author_person, false) AS is_author,
       event.target,
       coalesce(whom.person, event.target)                                 AS target_person,
       coalesce(whom.person_name, event.target)                            AS target_name,
       coalesce(whom.is_bot, false) OR coalesce(event.target LIKE '%[bot]', false) AS is_target_bot,
       event.team, event.sha, event.text, event.mentions, event.url, coalesce(event.is_remark, false) AS is_remark
FROM (
    -- What the thing itself shows: its opening, its newest commit, and the lists it carries.
    SELECT source, repo, "of", number, author, author_person, author_name, is_robots, head_sha,
           requested_reviewers IS NOT NULL AS knows_reviewers, requested_teams IS NOT NULL AS knows_teams,
           CONCAT(mark, ' ', number)                                              AS id,
           CASE WHEN mark = 'pushed' THEN last_commit_at
                WHEN mark = 'opened' THEN created_at
                ELSE coalesce(ready_at, created_at) END                           AS at,
           CASE WHEN mark LIKE 'r:%' OR mark LIKE 't:%' THEN 'listed'
                WHEN mark LIKE 'a:%' THEN 'held' ELSE mark END                    AS did,
           CASE WHEN mark IN ('opened', 'pushed') THEN author END                 AS actor,
           CASE WHEN mark IN ('opened', 'pushed') THEN author_name END            AS login,
           CASE WHEN mark IN ('opened', 'pushed') THEN is_robots END              AS robot,
           CASE WHEN mark LIKE 'r:%' OR mark LIKE 'a:%' THEN lower(substr(mark, 3)) END AS target,
           CASE WHEN mark LIKE 't:%' THEN substr(mark, 3) END                     AS team,
           CASE WHEN mark = 'pushed' THEN head_sha END                            AS sha,
           CASE WHEN mark = 'opened' THEN text END                                AS text,
           CASE WHEN mark = 'opened' THEN mentions END                            AS mentions,
           url, CAST(NULL AS BOOLEAN)                                             AS is_remark
    FROM (
        SELECT *,
               unnest(string_to_array(CONCAT(
                   'opened',
                   CASE WHEN last_commit_at > created_at THEN '|pushed' ELSE '' END,
                   CASE WHEN array_length(requested_reviewers) > 0 THEN CONCAT('|r:', array_to_string(requested_reviewers, '|r:')) ELSE '' END,
                   CASE WHEN array_length(requested_teams) > 0 THEN CONCAT('|t:', array_to_string(requested_teams, '|t:')) ELSE '' END,
                   CASE WHEN array_length(assignees) > 0 THEN CONCAT('|a:', array_to_string(assignees, '|a:')) ELSE '' END
               ), '|')) AS mark
        FROM open_items
    ) AS marked
    UNION ALL
    SELECT item.source, item.repo, item."of", item.number, item.author, item.author_person, item.author_name,
           item.is_robots, item.head_sha, item.requested_reviewers IS NOT NULL, item.requested_teams IS NOT NULL,
           told.id, told.at, told.did, told.actor, told.login, told.robot,
           told.target, told.team, told.sha, told.text, told.mentions, told.url, told.is_remark
    FROM open_items AS item
    JOIN (
        SELECT source, repo, "of", number, id, created_at AS at, 'commented' AS did,
               lower(author) AS actor, author AS login, author_is_bot AS robot,
               CAST(NULL AS VARCHAR) AS target, CAST(NULL AS VARCHAR) AS team, CAST(NULL AS VARCHAR) AS sha,
               text, mentions, url,
               "of" = 'change_request' AND review IS NULL AND coalesce(thread, path) IS NOT NULL AS is_remark
        FROM comments
        UNION ALL
        SELECT source, repo, 'change_request', number, id, submitted_at,
               CASE state WHEN 'commented' THEN 'reviewed' ELSE state END,
               lower(reviewer), reviewer, reviewer_is_bot,
               CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), sha, text, mentions, url, CAST(NULL AS BOOLEAN)
        FROM reviews
        UNION ALL
        SELECT source, repo, 'change_request', number, CONCAT(change, ' ', coalesce(reviewer, team, '')), at, change,
               lower("by"), "by", CAST(NULL AS BOOLEAN), lower(reviewer), team,
               CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR[]), CAST(NULL AS VARCHAR), CAST(NULL AS BOOLEAN)
        FROM review_requests
        UNION ALL
        SELECT source, repo, "of", number, id, at,
               CASE WHEN field = 'head'                        THEN 'pushed'
                    WHEN field = 'draft' AND "to" = 'true'     THEN 'drafted'
                    WHEN field = 'assignee' AND "to" IS NOT NULL THEN 'assigned'
                    ELSE 'moved' END,
               lower("by"), "by", CAST(NULL AS BOOLEAN),
               CASE field WHEN 'assignee' THEN lower(coalesce("to", "from")) END,
               CAST(NULL AS VARCHAR), CASE field WHEN 'head' THEN "to" END,
               CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR[]), CAST(NULL AS VARCHAR), CAST(NULL AS BOOLEAN)
        FROM issue_changes
        -- Labels, titles and milestones are put by whoever tidies up: they answer nobody.
        WHERE field IN ('head', 'assignee', 'state', 'draft', 'status')
    ) AS told ON told.source = item.source AND told.repo = item.repo
             AND told."of" = item."of" AND told.number = item.number
) AS event
LEFT JOIN declared_logins AS who  ON who.login = event.actor
LEFT JOIN declared_logins AS whom ON whom.login = event.target
