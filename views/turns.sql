-- kept: yes
--
-- Whose turn it is: one row for each open change request and issue.
--
-- Told by what was done in its thread, in order, and never by flags of a notification. The first line
-- that fits decides; docs/turns.md has the same table in words.
--
--     rule  change request                                            turn
--     10    it is a draft                                             author
--     15    its checks fail                                           author
--     20    it conflicts with its base                                author
--     25    somebody was named or asked, and has not acted since      author, reviewer
--     30    changes requested, the author has not acted since         author
--     35    changes requested, the author acted since                 reviewer: who requested them
--     40    reviewed with remarks, the author has not acted since     author
--     45    a review is asked for, and approvals were given           approver: who is asked
--     50    a review is asked for                                     reviewer: who is asked
--     55    approved, fewer than the rules ask for                    approver: nobody by name
--     58    approved, checks running for longer than they can         author
--     60    approved, checks still running                            checks
--     65    approved, then pushed to, or dismissed; no other holds    reviewer: who approved
--     70    approved                                                  merger
--     75    the author spoke or pushed last, after a reviewer         reviewer: the last one
--     80    somebody else spoke last                                  author
--     85    assigned to somebody who is not the author                reviewer
--     88    nobody asked, checks running for longer than they can     author
--     90    checks running, nobody asked                              checks
--     95    a robot opened it, and the code has an owner              reviewer: the owner
--     99    nobody was asked                                          nobody
--
--     rule  issue                                                     turn
--     10    an issue must come first, open or not read                 blocked: by that one's holder
--     20    somebody was named or asked, and has not acted since      author, assignee, asked
--     30    it is assigned                                            assignee
--     99    nobody took it                                            nobody
--
-- A robot holds a turn only where it failed: rules 15 and 20. Where its answer would be next (30, 40,
-- 80), the human who spoke last goes on. What a robot says moves nothing. "Approved" counts the
-- forge's own decision where it tells one, else the newest verdict of each reviewer on the newest
-- commit; a dismissed one counts for nothing. Where no rule of the forge decides, what is still asked
-- of anybody keeps it from being approved. Checks can run for $checks_run_hours hours. Words of an
-- account that is gone are somebody's, whom nothing can wait for. Ties go to the newer event, then to the smaller id.
WITH
-- Logins that are somebody's: an @ in a text may as well be a decorator or a package.
voices AS (
    SELECT lower(login) AS login
    FROM (SELECT login FROM declared_logins
          UNION ALL SELECT author FROM (SELECT DISTINCT author FROM comments)
          UNION ALL SELECT reviewer FROM (SELECT DISTINCT reviewer FROM reviews)
          UNION ALL SELECT reviewer FROM (SELECT DISTINCT reviewer FROM review_requests)) AS heard
    WHERE login IS NOT NULL
    GROUP BY lower(login)
),
-- What a gone account said was said; where the author is gone too, it may be theirs, but for a verdict.
heard_of AS (
    SELECT * EXCEPT (person, name),
           CASE WHEN is_gone THEN 'a deleted account' ELSE person END              AS person,
           CASE WHEN is_gone THEN 'a deleted account' ELSE name END                AS name
    FROM (SELECT *, person IS NULL AND (did IN ('approved', 'changes_requested')
                                        OR (did IN ('commented', 'reviewed') AND author_person IS NOT NULL)) AS is_gone
          FROM open_events) AS event
),
-- Everything that was done; what was said once for each whom it names.
told_to AS (
    SELECT *,
           lower(unnest(CASE WHEN is_word AND array_length(mentions) > 0 THEN mentions
                             ELSE make_array(CAST(NULL AS VARCHAR)) END))          AS mention,
           -- A question that names somebody is for them and nobody else.
           strpos(regexp_replace(pleas, '[a-z0-9]@', '', 'g'), '@') > 0            AS names_one
    FROM (SELECT *, regexp_replace(words, '\b(cc|fyi|thanks?|thank you|thx|kudos|credits?|by|from|per|as|like|via|with|what)( to)?[:,/]? *(@[a-z0-9_/.-]+(, *and |, *| and | *))+|@[a-z0-9_-]+(''s\b| (has|had|said|says|pointed|noted|notes|suggested|mentioned|wrote|is right|raised|proposed)\b)', '', 'g') AS pleas
          FROM (SELECT *,
                 CASE WHEN array_length(mentions) > 0 THEN lower(text) END         AS words,
                 did IN ('opened', 'commented', 'reviewed', 'approved', 'changes_requested')
                     AND person IS NOT NULL AND NOT is_bot                         AS is_word,
                 -- One that names nobody must be where the writer stops; the rest of a long text argues.
                 coalesce(text, '') ~ '[?]([\s)"''*_!.,]|$)'                       AS asks,
                 coalesce(text, '') ~ '[?][^?]{0,40}$'                             AS ends_asking
          FROM heard_of) AS event) AS event
),
-- Named to let them know, to thank or to cite them is not asked.
named AS (
    SELECT own.source, own.repo, own."of", own.number, own.id, own.at, own.did, own.actor, own.person, own.name,
           own.is_bot, own.is_author, own.author_person, own.is_robots, own.head_sha, own.knows_reviewers,
           own.knows_teams, own.target, own.target_person, own.target_name, own.is_target_bot, own.team,
           own.sha, own.url, own.is_gone, own.is_remark, own.mention, own.is_word, own.asks, own.ends_asking, own.names_one,
           CASE WHEN own.mention IS NULL                                     THEN NULL
                WHEN voices.login IS NULL AND own.mention <> own.author      THEN NULL
                WHEN whose.is_bot                                            THEN NULL
                WHEN coalesce(whose.person, own.mention) = own.person        THEN NULL
                WHEN strpos(own.words, CONCAT('@', own.mention)) > 0
                 AND strpos(own.pleas, CONCAT('@', own.mention)) = 0         THEN NULL
                ELSE coalesce(whose.person, own.mention) END                 AS called,
           coalesce(whose.person_name, own.mention)                          AS called_name
    FROM told_to AS own
    LEFT JOIN voices                   ON voices.login = own.mention
    LEFT JOIN declared_logins AS whose ON whose.login = own.mention
),
-- What its thread shows besides.
said AS (
    SELECT *,
           max(CASE WHEN did = 'pushed'  THEN at END) OVER (PARTITION BY source, repo, "of", number)         AS head_at,
           max(CASE WHEN did = 'drafted' THEN at END) OVER (PARTITION BY source, repo, "of", number)         AS drafted_at,
           max(CASE WHEN is_author AND did NOT IN ('listed', 'held') THEN at END)
               OVER (PARTITION BY source, repo, "of", number)                                                AS author_at,
           last_value(CASE WHEN did IN ('commented', 'reviewed', 'approved', 'changes_requested')
                            AND NOT is_bot AND NOT is_author THEN person END) IGNORE NULLS
               OVER (PARTITION BY source, repo, "of", number ORDER BY at, id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)                                       AS before,
           -- The newest approval, time and person: who approves after asking has the answer.
           max(CASE WHEN did = 'approved' THEN CONCAT(CAST(at AS VARCHAR), ' ', person) END)
               OVER (PARTITION BY source, repo, "of", number)                                                AS agreed,
           -- The newest word, time and person: what was asked of nobody by name, anybody may answer.
           max(CASE WHEN is_word THEN CONCAT(CAST(at AS VARCHAR), ' ', person) END)
               OVER (PARTITION BY source, repo, "of", number)                                                AS newest
    FROM named
),
-- A question that names nobody is for who opened the thread; theirs is for who spoke before.
aimed AS (
    SELECT *,
           CASE WHEN NOT is_word                                        THEN NULL
                WHEN called IS NOT NULL                                 THEN called
                WHEN names_one                                          THEN NULL
                WHEN ends_asking AND is_author                          THEN nullif(before, 'a deleted account')
                WHEN ends_asking AND NOT is_robots                      THEN author_person
           END                                                          AS asked
    FROM said
),
-- Each event once for who did it, once for whom it asks, once for whom it concerns by a list.
parts AS (
    SELECT aimed.*,
           CASE part WHEN 'act' THEN CASE WHEN did NOT IN ('listed', 'held') THEN person END
                     WHEN 'ask' THEN CASE WHEN asked <> person THEN asked END
                     WHEN 'due' THEN CASE WHEN did IN ('requested', 'removed', 'assigned', 'listed', 'held')
                                          THEN coalesce(target_person, CONCAT('@', lower(team))) END
           END AS who
    FROM (SELECT *, unnest(make_array('act', 'ask', 'due')) AS part FROM aimed) AS aimed
),
dated AS (
    SELECT *,
           max(CASE WHEN part = 'act' THEN at END) OVER (PARTITION BY source, repo, "of", number, who) AS acted_at
    FROM parts
    WHERE who IS NOT NULL
),
marked AS (
    SELECT *,
           -- It waits for them: they have not acted since, who asked has not approved it since, and where
           -- nobody was named, nobody else has spoken.
           part = 'ask' AND (acted_at IS NULL OR acted_at <= at) 
               AND (agreed IS NULL OR agreed <= CAST(at AS VARCHAR) OR NOT agreed LIKE CONCAT('% ', person))
               AND (called IS NOT NULL OR newest LIKE CONCAT('% ', person))                                AS waits,
           part = 'act' AND did IN ('commented', 'reviewed', 'approved', 'changes_requested')              AS speaks
    FROM dated
),
-- One row for each person (or team) and thread.
sides AS (
    SELECT source, repo, "of", number, who,
           min(CASE part WHEN 'act' THEN actor WHEN 'ask' THEN coalesce(mention, asked)
                         ELSE coalesce(target, team) END)                                      AS login,
           coalesce(min(CASE part WHEN 'act' THEN name WHEN 'due' THEN coalesce(target_name, team) END),
                    min(called_name))                                                          AS name,
           bool_or(part = 'act' AND is_author) OR coalesce(who = min(author_person), false)    AS is_author,
           bool_or((part = 'act' AND is_bot) OR (part = 'due' AND is_target_bot))              AS is_bot,
           bool_or(team IS NOT NULL AND part = 'due')                                          AS is_team,
           min(team) FILTER (WHERE part = 'due')                                               AS team,
           max(acted_at)                                                                       AS acted_at,
           min(head_sha)                                                                       AS head_sha,
           max(head_at)                                                                        AS head_at,
           max(author_at)                                                                      AS author_at,
           max(drafted_at)                                                                     AS drafted_at,
           max(at) FILTER (WHERE speaks)                                                       AS spoke_at,
           first_value(url ORDER BY at DESC, id) FILTER (WHERE speaks)                         AS spoke_url,
           max(at) FILTER (WHERE speaks AND (did <> 'commented' OR is_remark))                 AS reviewed_at,
           max(at) FILTER (WHERE speaks AND is_remark)                                         AS remarked_at,
           coalesce(bool_or(part = 'act' AND is_gone), false)                                  AS is_gone,
           max(at) FILTER (WHERE part = 'act' AND did = 'approved')                            AS approved_at,
           first_value(sha ORDER BY at DESC, id) FILTER (WHERE part = 'act' AND did = 'approved') AS approved_sha,
           max(at) FILTER (WHERE part = 'act' AND did = 'changes_requested')                   AS changes_at,
           max(at) FILTER (WHERE part = 'act' AND did = 'dismissed')                           AS dismissed_at,
           min(at) FILTER (WHERE waits)                                                        AS asked_since,
           max(at) FILTER (WHERE waits)                                                        AS asked_at,
           first_value(id   ORDER BY at DESC, id) FILTER (WHERE waits)                         AS asked_id,
           first_value(url  ORDER BY at DESC, id) FILTER (WHERE waits)                         AS asked_url,
           first_value(name ORDER BY at DESC, id) FILTER (WHERE waits)                         AS asked_by,
           first_value(did  ORDER BY at DESC, id) FILTER (WHERE waits)                         AS asked_did,
           first_value(asks ORDER BY at DESC, id) FILTER (WHERE waits)                         AS is_question,
           max(at) FILTER (WHERE part = 'due' AND did = 'requested')                           AS requested_at,
           max(at) FILTER (WHERE part = 'due' AND did = 'removed')                             AS removed_at,
           max(at) FILTER (WHERE part = 'due' AND did = 'assigned')                            AS assigned_at,
           max(at) FILTER (WHERE part = 'due' AND did IN ('listed', 'held'))                   AS listed_at,
           bool_or(part = 'due' AND did = 'listed')                                            AS is_listed,
           bool_or(part = 'due' AND did = 'held')                                              AS is_held,
           bool_or(knows_reviewers)                                                            AS knows_reviewers,
           bool_or(knows_teams)                                                                AS knows_teams
    FROM marked
    GROUP BY source, repo, "of", number, who
),
-- What each has said that counts, and what waits for them.
judged AS (
    SELECT sides.*,
           CASE WHEN is_author OR is_bot                                        THEN NULL
                WHEN dismissed_at >= greatest(approved_at, changes_at)          THEN
                     CASE WHEN approved_at = greatest(approved_at, changes_at)  THEN 'outdated' END
                WHEN approved_at = greatest(approved_at, changes_at)            THEN
                     CASE WHEN head_sha IS NOT NULL AND approved_sha IS NOT NULL
                          THEN CASE WHEN starts_with(head_sha, approved_sha) THEN 'approved' ELSE 'outdated' END
                          WHEN head_at > approved_at                            THEN 'outdated'
                          ELSE 'approved' END
                WHEN changes_at IS NOT NULL                                     THEN 'changes'
           END                                                                  AS verdict,
           CASE WHEN NOT is_author AND NOT is_bot THEN spoke_at END             AS other_at,
           -- Who reviewed since they were asked is not waited for, even where the forge goes on listing them.
           NOT is_author AND NOT is_bot AND (
               (is_listed AND NOT coalesce(reviewed_at > requested_at, remarked_at > listed_at, false))
               OR (requested_at IS NOT NULL
                   AND NOT CASE WHEN is_team THEN knows_teams ELSE knows_reviewers END
                   AND (removed_at IS NULL OR removed_at < requested_at)
                   AND (reviewed_at IS NULL OR reviewed_at < requested_at)))    AS is_wanted,
           coalesce(requested_at, listed_at)                                    AS wanted_at,
           is_held AND NOT is_bot AND ("of" = 'issue' OR NOT is_author)         AS is_holding,
           asked_id IS NOT NULL AND NOT is_bot
               AND asked_id = first_value(asked_id) OVER (PARTITION BY source, repo, "of", number
                                                          ORDER BY CASE WHEN NOT is_bot THEN asked_at END DESC NULLS LAST, asked_id)
                                                                                AS is_asked,
           row_number() OVER (PARTITION BY source, repo, "of", number
                              ORDER BY coalesce(requested_at, listed_at, changes_at), who) AS place
    FROM sides
),
threads AS (
    SELECT source, repo, "of", number,
           max(acted_at)                                                                 AS moved_at,
           max(author_at)                                                                AS author_at,
           max(head_at)                                                                  AS head_at,
           max(drafted_at)                                                               AS drafted_at,
           count(*) FILTER (WHERE verdict = 'approved')                                  AS approvals,
           max(approved_at) FILTER (WHERE verdict = 'approved')                          AS approved_at,
           first_value(login ORDER BY approved_at DESC, who) FILTER (WHERE verdict = 'approved') AS approver_login,
           string_agg(name, ' and ' ORDER BY place) FILTER (WHERE verdict = 'approved')   AS approvers,
           first_value(spoke_url ORDER BY approved_at DESC, who) FILTER (WHERE verdict = 'approved') AS approved_url,
           max(approved_at) FILTER (WHERE verdict = 'outdated')                          AS outdated_at,
           max(dismissed_at) FILTER (WHERE verdict = 'outdated')                         AS outdated_to,
           first_value(who   ORDER BY approved_at DESC, who) FILTER (WHERE verdict = 'outdated') AS outdated_by,
           first_value(login ORDER BY approved_at DESC, who) FILTER (WHERE verdict = 'outdated') AS outdated_login,
           first_value(name  ORDER BY approved_at DESC, who) FILTER (WHERE verdict = 'outdated') AS outdated_name,
           max(changes_at) FILTER (WHERE verdict = 'changes')                            AS changes_at,
           string_agg(name, ' and ' ORDER BY place) FILTER (WHERE verdict = 'changes') AS changes_name,
           first_value(spoke_url ORDER BY changes_at DESC, who) FILTER (WHERE verdict = 'changes') AS changes_url,
           array_agg(who ORDER BY place) FILTER (WHERE verdict = 'changes' AND NOT is_gone)  AS changes_people,
           array_agg(login ORDER BY place) FILTER (WHERE verdict = 'changes' AND NOT is_gone)  AS changes_logins,
           -- Of those who did not open it: who spoke last, and who reviewed last.
           max(other_at)                                                                 AS other_at,
           first_value(who   ORDER BY other_at DESC, who) FILTER (WHERE other_at IS NOT NULL) AS other,
           first_value(login ORDER BY other_at DESC, who) FILTER (WHERE other_at IS NOT NULL) AS other_login,
           first_value(name  ORDER BY other_at DESC, who) FILTER (WHERE other_at IS NOT NULL) AS other_name,
           first_value(spoke_url ORDER BY other_at DESC, who) FILTER (WHERE other_at IS NOT NULL) AS other_url,
           max(CASE WHEN other_at IS NOT NULL THEN reviewed_at END)                      AS reviewed_at,
           first_value(who   ORDER BY reviewed_at DESC, who) FILTER (WHERE other_at IS NOT NULL AND reviewed_at IS NOT NULL) AS reviewed_by,
           first_value(login ORDER BY reviewed_at DESC, who) FILTER (WHERE other_at IS NOT NULL AND reviewed_at IS NOT NULL) AS reviewed_login,
           first_value(name  ORDER BY reviewed_at DESC, who) FILTER (WHERE other_at IS NOT NULL AND reviewed_at IS NOT NULL) AS reviewed_name,
           first_value(spoke_url ORDER BY reviewed_at DESC, who) FILTER (WHERE other_at IS NOT NULL AND reviewed_at IS NOT NULL) AS reviewed_url,
           count(*) FILTER (WHERE other_at IS NOT NULL AND reviewed_at IS NOT NULL)      AS reviewers,
           -- Who was asked last, and since when they owe an answer.
           min(asked_since) FILTER (WHERE is_asked)                                      AS asked_at,
           min(asked_url)   FILTER (WHERE is_asked)                                      AS asked_url,
           min(asked_by)    FILTER (WHERE is_asked)                                      AS asked_by,
           min(asked_did)   FILTER (WHERE is_asked)                                      AS asked_did,
           bool_or(is_question) FILTER (WHERE is_asked)                                  AS is_question,
           min(who)         FILTER (WHERE is_asked)                                      AS target,
           string_agg(name, ' and ' ORDER BY place) FILTER (WHERE is_asked)                AS target_name,
           bool_or(is_author) FILTER (WHERE is_asked)                                    AS is_author_asked,
           array_agg(who ORDER BY place) FILTER (WHERE is_asked)                         AS targets,
           array_agg(login ORDER BY place) FILTER (WHERE is_asked)                         AS target_logins,
           -- Whose review is asked for, and whom it is assigned to.
           min(wanted_at) FILTER (WHERE is_wanted)                                       AS requested_at,
           -- A team's review may have been given by one of its members, unless the forge still lists it.
           bool_or(is_wanted AND (is_listed OR NOT is_team))                             AS is_still_asked,
           string_agg(name, ' and ' ORDER BY place) FILTER (WHERE is_wanted)    AS requested_names,
           array_agg(who ORDER BY place) FILTER (WHERE is_wanted AND NOT is_team) AS requested,
           array_agg(login ORDER BY place) FILTER (WHERE is_wanted AND NOT is_team) AS requested_logins,
           min(team)        FILTER (WHERE is_wanted AND is_team)                         AS requested_team,
           max(assigned_at) FILTER (WHERE is_holding)                                    AS assigned_at,
           string_agg(name, ' and ' ORDER BY place) FILTER (WHERE is_holding)              AS assigned_names,
           array_agg(who ORDER BY place) FILTER (WHERE is_holding)                       AS assigned,
           array_agg(login ORDER BY place) FILTER (WHERE is_holding)                       AS assigned_logins
    FROM judged
    GROUP BY source, repo, "of", number
),
-- Runs on a commit, where the change itself does not say how its checks stand.
runs AS (
    SELECT repo, sha, workflow, job,
           first_value(status ORDER BY coalesce(attempt, 1) DESC, coalesce(created_at, started_at, finished_at) DESC, id DESC) AS status,
           first_value(coalesce(finished_at, started_at, created_at)
                       ORDER BY coalesce(attempt, 1) DESC, coalesce(created_at, started_at, finished_at) DESC, id DESC)        AS at
    FROM builds
    WHERE run IS NULL AND sha IN (SELECT head_sha FROM open_items WHERE head_sha IS NOT NULL) AND coalesce(created_at, started_at, finished_at) >= current_date - $active_days
    GROUP BY repo, sha, workflow, job
),
built AS (
    SELECT repo, sha,
           CASE WHEN bool_or(status IN ('failure', 'timed_out', 'action_required')) THEN 'failing'
                WHEN bool_or(status IN ('queued', 'running'))                       THEN 'running'
                -- What was cancelled says neither.
                WHEN bool_or(status = 'cancelled')                                  THEN NULL
                WHEN bool_or(status = 'success')                                    THEN 'passing' END AS checks,
           coalesce(min(at) FILTER (WHERE status IN ('failure', 'timed_out', 'action_required')), max(at)) AS at
    FROM runs
    GROUP BY repo, sha
),
-- Who merges here: in the last half year, most often first; and who merged their own.
merges AS (
    SELECT merged.source, merged.repo, coalesce(who.person, lower(merged.merged_by)) AS person,
           min(lower(merged.merged_by)) AS login, count(*) AS merges,
           count(*) FILTER (WHERE coalesce(who.person, lower(merged.merged_by)) = coalesce(opener.person, lower(merged.author))) AS own
    FROM change_requests AS merged
    LEFT JOIN declared_logins AS who    ON who.login = lower(merged.merged_by)
    LEFT JOIN declared_logins AS opener ON opener.login = lower(merged.author)
    WHERE merged.merged_by IS NOT NULL AND merged.merged_at >= current_date - $active_days AND merged.merged_by NOT LIKE '%[bot]'
    GROUP BY merged.source, merged.repo, coalesce(who.person, lower(merged.merged_by))
),
mergers AS (
    SELECT merges.*, row_number() OVER (PARTITION BY source, repo ORDER BY merges DESC, person) AS place
    FROM merges
),
-- Who owns the code as a whole: for what robots open.
owners AS (
    SELECT areas.repo,
           first_value(coalesce(teams.lead, of_service.lead, services.owner, projects.lead)
                       ORDER BY areas.kind DESC, areas.id)                           AS person,
           min(teams.id)                                                             AS team
    FROM areas
    LEFT JOIN teams    ON areas.kind = 'team' AND teams.id = areas.id
    LEFT JOIN services ON areas.kind = 'service' AND services.id = areas.id
    LEFT JOIN teams AS of_service ON of_service.id = services.owner
    LEFT JOIN projects ON areas.kind = 'project' AND projects.id = areas.id
    WHERE areas.path_like = '%' AND areas.kind IN ('team', 'service', 'project')
    GROUP BY areas.repo
),
-- Or, first of all, by the line of CODEOWNERS that is about everything: the last one decides.
coded AS (
    SELECT owning.repo,
           coalesce(first_value(coalesce(whose.person, owning.login) ORDER BY owning.place)
                        FILTER (WHERE NOT owning.is_team AND NOT coalesce(whose.is_bot, false)),
                    first_value(teams.lead ORDER BY owning.place) FILTER (WHERE owning.is_team))  AS person,
           first_value(coalesce(teams.id, owning.login) ORDER BY owning.place)
               FILTER (WHERE owning.is_team)                                                      AS team
    FROM (SELECT repo, ltrim(lower(owner), '@') AS login, strpos(owner, '/') > 0 AS is_team, array_position(owners, owner) AS place
          FROM (SELECT repo, owners, unnest(owners) AS owner
                FROM (SELECT repo, first_value(owners ORDER BY line DESC, source) AS owners
                      FROM code_owners
                      WHERE pattern IN ('*', '/', '**', '/**', '**/*')
                      GROUP BY repo) AS last_line) AS each) AS owning
    LEFT JOIN declared_logins AS whose ON whose.login = owning.login
    LEFT JOIN teams ON lower(teams.id) = regexp_replace(owning.login, '^.*/', '') AND owning.is_team
    GROUP BY owning.repo
),
known AS (
    SELECT item.*,
           item."of" = 'change_request'                                  AS is_change,
           coalesce(item.checks, built.checks)                           AS stand,
           coalesce(item.checks_at, built.at)                            AS stand_at,
           threads.moved_at, threads.author_at, threads.head_at, threads.drafted_at,
           threads.approvals, threads.approved_at, threads.approver_login, threads.approvers, threads.approved_url,
           threads.outdated_at, threads.outdated_to, threads.outdated_by, threads.outdated_login, threads.outdated_name,
           threads.changes_at, threads.changes_name, threads.changes_url, threads.changes_people, threads.changes_logins,
           threads.other_at, threads.other, threads.other_login, threads.other_name, threads.other_url,
           threads.reviewed_at, threads.reviewed_by, threads.reviewed_login, threads.reviewed_name,
           threads.reviewed_url, threads.reviewers,
           threads.asked_at, threads.asked_url, threads.asked_by, threads.asked_did, threads.is_question,
           threads.target, threads.target_name, threads.is_author_asked, threads.targets, threads.target_logins,
           threads.requested_at, threads.requested_names, threads.requested, threads.requested_logins,
           coalesce(teams.id, threads.requested_team)                    AS requested_team,
           threads.assigned_at, threads.assigned_names, threads.assigned, threads.assigned_logins,
           waits_for.names AS blockers, waits_for.at AS blocked_at, waits_for.first AS blocker,
           own_merger.login AS own_merger, first_merger.login AS first_merger,
           CASE WHEN coded.repo IS NOT NULL THEN coded.person ELSE owners.person END AS owner,
           CASE WHEN coded.repo IS NOT NULL THEN coded.team ELSE owners.team END     AS owner_team,
           coalesce(item.checks, built.checks) = 'running'
               AND coalesce(item.checks_at, built.at, threads.head_at, item.created_at)
                   < now() - CAST($checks_run_hours || ' hours' AS INTERVAL)         AS is_late,
           -- The forge's own decision, where it tells one; else one approval, or as many as are asked for.
           CASE item.review_decision
               WHEN 'approved' THEN true
               WHEN 'changes_requested' THEN false
               WHEN 'review_required' THEN false
               ELSE threads.approvals > 0 AND threads.approvals >= coalesce(item.approvals_required, 1)
                    AND NOT (threads.is_still_asked AND coalesce(item.approvals_required, 0) = 0) END AS is_approved
    FROM open_items AS item
    LEFT JOIN threads   ON threads.source = item.source AND threads.repo = item.repo
                       AND threads."of" = item."of" AND threads.number = item.number
    LEFT JOIN blockers  AS waits_for ON waits_for.source = item.source AND waits_for.repo = item.repo
                       AND waits_for.number = item.number AND item."of" = 'issue'
    LEFT JOIN built     ON built.repo = item.repo AND built.sha = item.head_sha
    LEFT JOIN teams     ON lower(teams.id) = lower(regexp_replace(threads.requested_team, '^.*/', ''))
    LEFT JOIN mergers AS own_merger   ON own_merger.source = item.source AND own_merger.repo = item.repo
                                     AND own_merger.person = item.author_person AND own_merger.own > 0
    LEFT JOIN mergers AS first_merger ON first_merger.source = item.source AND first_merger.repo = item.repo
                                     AND first_merger.place = 1
    LEFT JOIN owners    ON owners.repo = item.repo
    LEFT JOIN coded     ON coded.repo = item.repo AND (coded.person IS NOT NULL OR coded.team IS NOT NULL)
),
ruled AS (
    SELECT known.*,
           CASE
               WHEN NOT is_change THEN CASE
                   WHEN blockers IS NOT NULL                                          THEN 10
                   WHEN target IS NOT NULL                                            THEN 20
                   WHEN assigned IS NOT NULL                                          THEN 30
                   ELSE 99 END
               WHEN is_draft AND NOT is_robots                                        THEN 10
               WHEN stand = 'failing'                                                 THEN 15
               WHEN mergeable = 'conflicting'                                         THEN 20
               WHEN target IS NOT NULL                                                THEN 25
               WHEN changes_at IS NOT NULL AND NOT is_robots
                    AND (author_at IS NULL OR author_at <= changes_at)                THEN 30
               WHEN changes_at IS NOT NULL                                            THEN 35
               WHEN review_decision = 'changes_requested' AND NOT is_robots           THEN 30
               WHEN reviewed_at > coalesce(author_at, created_at) AND NOT is_robots
                    AND coalesce(approvals, 0) = 0 AND outdated_at IS NULL
                    AND coalesce(unresolved_threads, 1) > 0                           THEN 40
               WHEN requested_names IS NOT NULL AND NOT coalesce(is_approved, false)
                    AND coalesce(approvals, 0) > 0                                    THEN 45
               WHEN requested_names IS NOT NULL AND NOT coalesce(is_approved, false)  THEN 50
               WHEN coalesce(approvals, 0) > 0 AND NOT coalesce(is_approved, false)   THEN 55
               WHEN is_approved AND is_late AND NOT is_robots                         THEN 58
               WHEN is_approved AND stand = 'running' AND NOT is_late                 THEN 60
               WHEN is_approved                                                       THEN 70
               WHEN outdated_at IS NOT NULL                                           THEN 65
               WHEN other_at IS NOT NULL AND author_at > other_at                     THEN 75
               WHEN other_at IS NOT NULL AND NOT is_robots                            THEN 80
               WHEN other_at IS NOT NULL                                              THEN 75
               WHEN assigned IS NOT NULL                                              THEN 85
               WHEN is_late AND NOT is_robots                                         THEN 88
               WHEN stand = 'running' AND NOT is_late                                 THEN 90
               WHEN is_robots AND (owner IS NOT NULL OR owner_team IS NOT NULL)       THEN 95
               ELSE 99 END AS rule
    FROM known
),
-- The merger: who opened it, where they have merged their own or may by their role; else who merges
-- here most often; else who approved it.
told AS (
    SELECT ruled.*,
           rule = CASE WHEN is_change THEN 25 ELSE 20 END AS is_asking,
           CASE WHEN is_robots                                          THEN coalesce(first_merger, approver_login)
                WHEN own_merger IS NOT NULL                             THEN author
                WHEN first_merger IS NOT NULL                           THEN first_merger
                WHEN author_role IN ('owner', 'member', 'collaborator', 'maintainer') THEN author
                ELSE approver_login END AS merger_login,
           CASE WHEN is_change THEN CASE
               WHEN rule IN (10, 30, 40, 80)                            THEN 'author'
               WHEN rule IN (15, 20, 58, 88)                            THEN 'author'
               WHEN rule = 25 AND is_author_asked                       THEN 'author'
               WHEN rule IN (25, 35, 50, 65, 75, 85, 95)                THEN 'reviewer'
               WHEN rule IN (45, 55)                                    THEN 'approver'
               WHEN rule IN (60, 90)                                    THEN 'checks'
               WHEN rule = 70                                           THEN 'merger'
               ELSE 'nobody' END
           ELSE CASE
               WHEN rule = 10                                           THEN 'blocked'
               WHEN rule = 20 AND is_author_asked                       THEN 'author'
               WHEN rule = 20 AND array_has(assigned, target)           THEN 'assignee'
               WHEN rule = 20                                           THEN 'asked'
               WHEN rule = 30                                           THEN 'assignee'
               ELSE 'nobody' END
           END AS turn
    FROM ruled
),
placed AS (
    SELECT told.*,
           CASE WHEN is_asking                                    THEN target_logins
                WHEN turn = 'author'                              THEN make_array(author)
                WHEN rule = 30 AND NOT is_change                  THEN assigned_logins
                WHEN rule = 35                                    THEN changes_logins
                WHEN rule IN (45, 50)                             THEN requested_logins
                WHEN rule = 65                                    THEN make_array(outdated_login)
                WHEN rule = 70                                    THEN make_array(merger_login)
                WHEN rule = 75                                    THEN make_array(coalesce(reviewed_login, other_login))
                WHEN rule = 85                                    THEN assigned_logins
           END                                                    AS holder_logins,
           CASE WHEN is_asking                                    THEN targets
                WHEN turn = 'author'                              THEN make_array(author_person)
                WHEN rule = 30 AND NOT is_change                  THEN assigned
                WHEN rule = 35                                    THEN changes_people
                WHEN rule IN (45, 50)                             THEN requested
                WHEN rule = 65                                    THEN make_array(nullif(outdated_by, 'a deleted account'))
                WHEN rule = 70                                    THEN make_array(coalesce(merger.person, merger_login))
                WHEN rule = 75                                    THEN make_array(coalesce(nullif(reviewed_by, 'a deleted account'), nullif(other, 'a deleted account')))
                WHEN rule = 85                                    THEN assigned
                WHEN rule = 95                                    THEN make_array(owner)
           END                                                    AS holders,
           CASE WHEN rule IN (45, 50) AND is_change               THEN requested_team
                WHEN rule = 95                                    THEN owner_team END AS team,
           CASE WHEN is_change THEN CASE rule
               WHEN 10 THEN coalesce(drafted_at, created_at)
               WHEN 15 THEN coalesce(stand_at, head_at, created_at)
               WHEN 20 THEN coalesce(head_at, updated_at, created_at)
               WHEN 25 THEN asked_at
               WHEN 30 THEN coalesce(changes_at, updated_at, created_at)
               WHEN 35 THEN author_at
               WHEN 40 THEN reviewed_at
               WHEN 45 THEN requested_at
               WHEN 50 THEN requested_at
               WHEN 55 THEN approved_at
               WHEN 58 THEN coalesce(stand_at, head_at, created_at)
               WHEN 60 THEN coalesce(stand_at, approved_at)
               WHEN 65 THEN coalesce(greatest(head_at, outdated_to), outdated_at)
               WHEN 70 THEN coalesce(greatest(approved_at, CASE WHEN stand = 'passing' THEN stand_at END), approved_at, updated_at, created_at)
               WHEN 75 THEN coalesce(CASE WHEN author_at > other_at THEN author_at END, other_at)
               WHEN 80 THEN other_at
               WHEN 85 THEN coalesce(assigned_at, created_at)
               WHEN 88 THEN coalesce(stand_at, head_at, created_at)
               WHEN 90 THEN coalesce(stand_at, created_at)
               ELSE coalesce(ready_at, created_at) END
           ELSE CASE rule
               WHEN 10 THEN coalesce(blocked_at, created_at)
               WHEN 20 THEN asked_at
               WHEN 30 THEN coalesce(assigned_at, created_at)
               ELSE created_at END
           END                                                    AS since,
           CASE WHEN is_asking
                THEN CONCAT(coalesce(asked_by, 'somebody'),
                            CASE WHEN is_question THEN ' asked ' ELSE ' named ' END,
                            coalesce(target_name, target),
                            CASE asked_did WHEN 'opened' THEN ' when opening it' WHEN 'commented' THEN ' in a comment' ELSE ' in a review' END)
           WHEN is_change THEN CASE rule
               WHEN 10 THEN 'it is a draft'
               WHEN 15 THEN CONCAT('checks fail', CASE WHEN head_sha IS NOT NULL THEN CONCAT(' on ', substr(head_sha, 1, 7)) ELSE '' END)
               WHEN 20 THEN 'it conflicts with its base'
               WHEN 30 THEN CONCAT('changes requested', coalesce(' by ' || changes_name, ''))
               WHEN 35 THEN CONCAT(coalesce(author_name, 'the author'), CASE WHEN head_at > changes_at THEN ' pushed' ELSE ' answered' END, ' after ', changes_name, ' requested changes')
               WHEN 40 THEN CONCAT(reviewed_name, ' reviewed it and left remarks')
               WHEN 45 THEN CONCAT('approved by ', approvers, ', review requested from ', requested_names,
                                   CASE WHEN approvers = requested_names THEN ' again' ELSE '' END)
               WHEN 50 THEN CONCAT('review requested from ', requested_names)
               WHEN 55 THEN CONCAT('approved by ', approvers, ', and more approvals are asked for')
               WHEN 58 THEN CONCAT('approved', coalesce(' by ' || approvers, ''), ', checks do not end')
               WHEN 60 THEN CONCAT('approved', coalesce(' by ' || approvers, ''), ', checks are running')
               WHEN 65 THEN CASE WHEN outdated_to IS NOT NULL THEN CONCAT('the approval by ', outdated_name, ' was dismissed')
                                 ELSE CONCAT(coalesce(author_name, 'somebody'), ' pushed after ', outdated_name, ' approved') END
               WHEN 70 THEN CONCAT('approved', coalesce(' by ' || approvers, ''), CASE stand WHEN 'passing' THEN ', checks pass' ELSE '' END)
               WHEN 75 THEN CASE WHEN author_at > other_at
                                 THEN CONCAT(coalesce(author_name, 'the author'), CASE WHEN head_at = author_at THEN ' pushed' ELSE ' answered' END, ' after ', coalesce(reviewed_name, other_name), CASE WHEN reviewed_name IS NULL THEN ' spoke' ELSE ' reviewed' END)
                                 ELSE CONCAT(other_name, ' spoke last') END
               WHEN 80 THEN CONCAT(other_name, ' spoke last')
               WHEN 85 THEN CONCAT('assigned to ', assigned_names)
               WHEN 88 THEN 'checks do not end'
               WHEN 90 THEN 'checks are running'
               WHEN 95 THEN 'a robot opened it'
               ELSE 'nobody was asked to review it' END
           ELSE CASE rule
               WHEN 10 THEN CONCAT('waits for ', blockers)
               WHEN 30 THEN CONCAT('assigned to ', assigned_names)
               ELSE 'nobody took it' END
           END                                                    AS evidence,
           CASE WHEN is_asking THEN asked_url
                WHEN is_change AND rule IN (30, 35) THEN changes_url
                WHEN is_change AND rule = 40 THEN reviewed_url
                WHEN is_change AND rule IN (55, 58, 60, 70) THEN approved_url
                WHEN is_change AND rule IN (75, 80) THEN other_url END AS event_url
    FROM told
    LEFT JOIN declared_logins AS merger ON merger.login = told.merger_login
)
SELECT source, repo, number, "of", title, url, turn, rule,
       placed.holder,
       CASE WHEN array_length(holders) > 0 AND holders[1] IS NOT NULL THEN holders END AS holders,
       CASE WHEN array_length(holder_logins) > 0 AND holder_logins[1] IS NOT NULL THEN holder_logins END AS holder_logins,
       team, since,
       current_date - CAST(since AS DATE)                         AS waiting_days,
       -- In the working hours of the holder, on their own clocks; null where nobody holds it, or for more than four weeks.
       clock.hours - (CAST(least(since, clock.ends_at) AS BIGINT) - CAST(clock.from_at AS BIGINT)) / 3600000000.0 AS waiting_hours,
       CAST(evidence AS VARCHAR) AS evidence, coalesce(event_url, url)                         AS evidence_url,
       author, author_person, author_name, is_robots, coalesce(is_draft, false) AS is_draft,
       is_asking AND coalesce(is_question, false)                 AS is_question,
       created_at, coalesce(moved_at, created_at)                 AS moved_at, blocker, closes,
       coalesce(reviewers, 0)                                     AS reviewers, priority, labels, milestone
FROM (SELECT *, holders[1] AS holder FROM placed) AS placed
LEFT JOIN working_clock AS clock ON clock.person = placed.holder AND placed.since >= clock.from_at AND placed.since < clock.until_at
