-- signal: risky-change
-- duty: code-review
-- asks: have somebody who knows these files read it before it is released
-- says: {author} changed {lines} lines in {files} of {repo}, most of them new to them and hot: {title}
-- price: breaks
-- patience: 3d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM hotspots WHERE quarter = 0 AND is_hot LIMIT 1
-- declare: a git source with a quarter of history
-- first: which of these files would you least like to be wrong?
--
-- Looked at: changes of the last two weeks that are larger and wider than nine in ten of the
-- repository's own changes of the year, touch a hot file, and were written by somebody for whom
-- most of the changed files are new while others know them. Size, spread, the files' history and
-- the author's experience are what foretells faults best (Kamei et al. 2013); here all must hold at
-- once, since each alone is daily work. Only files of a program count, so that a lock file or a
-- generated table makes no change large. Left out: what a reviewer signed, and mechanical work,
-- which its title names or its lines show: replacing one call by another everywhere takes about
-- as many lines as it gives, while new behaviour adds at least half as many again. Left out, too, is the newest commit of
-- a branch where change requests are known and none that is ready asks for it: nobody is about to merge it.
-- Where nobody is declared, silent: there is no second pair of eyes to send, and on public repositories six of
-- fifteen such rows were right (docs/precision.md).
WITH apart AS (
    SELECT branches.source, branches.repo, branches.sha
    FROM branches
    JOIN (SELECT repo FROM change_requests GROUP BY repo) AS requested ON requested.repo = branches.repo
    LEFT JOIN change_requests AS ready ON ready.repo = branches.repo
                                      AND (ready.head_branch = branches.branch OR ready.head_sha = branches.sha)
                                      AND ready.state = 'open'
                                      AND NOT coalesce(ready.is_draft, false)
    WHERE NOT branches.is_default AND branches.ahead > 0
    GROUP BY branches.source, branches.repo, branches.sha
    HAVING count(ready.number) = 0
),
recent AS (
    SELECT commits.source, commits.repo, commits.sha, commits.commit_time, commits.subject,
           addresses.person, addresses.person_name, commits.added + commits.removed AS lines, commits.files
    FROM commits
    JOIN addresses ON addresses.email = lower(commits.author_email) AND NOT addresses.is_bot
    LEFT JOIN apart ON apart.source = commits.source AND apart.repo = commits.repo AND apart.sha = commits.sha
    WHERE commits.commit_time >= current_date - $risky_days
      AND apart.sha IS NULL
      AND commits.parents = 1
      AND coalesce(array_to_string(commits.trailers, '; '), '') !~* '(reviewed|acked|approved)-by:'
      AND commits.subject !~* ('^(revert|merge|backport|import|release|bump|vendor|move|rename|re?format|fmt|rustfmt|clippy'
                            || '|lint|style|typo|spelling|licen[sc]e|update copyright|chore|docs?|tests?|ci|build)\b')
),
usual AS (
    SELECT source, repo,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY added + removed) AS lines,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY files)           AS files
    FROM commits
    WHERE commit_time >= current_date - 365 AND parents = 1 AND files > 0
    GROUP BY source, repo
    HAVING count(*) >= $risky_habit_commits AND (SELECT count(*) FROM identities WHERE is_declared) > 0
),
beyond AS (
    SELECT recent.*, usual.lines AS usual_lines, usual.files AS usual_files
    FROM recent
    JOIN usual ON usual.source = recent.source AND usual.repo = recent.repo
    WHERE recent.lines > usual.lines AND recent.files > usual.files
),
touched AS (
    SELECT beyond.source, beyond.repo, beyond.sha, beyond.person,
           changes.path, changes.added, changes.removed,
           changes.added + changes.removed                                          AS lines,
           hotspots.path IS NOT NULL                                                AS is_hot,
           coalesce(known.changes <= 1 AND known.others >= $risky_others, false)   AS is_new
    FROM beyond
    JOIN file_changes AS changes ON changes.source = beyond.source
                                AND changes.repo = beyond.repo
                                AND changes.sha = beyond.sha
                                AND changes.change = 'modified'
                                AND changes.commit_time >= current_date - $risky_days
    JOIN code_files       ON code_files.source = changes.source
                         AND code_files.repo = changes.repo
                         AND code_files.path = changes.path
    LEFT JOIN ownership AS known ON known.source = changes.source
                                AND known.repo = changes.repo
                                AND known.path = changes.path
                                AND known.person = beyond.person
    LEFT JOIN hotspots    ON hotspots.source = changes.source
                         AND hotspots.repo = changes.repo
                         AND hotspots.path = changes.path
                         AND hotspots.quarter = 0
                         AND hotspots.is_hot
),
measured AS (
    SELECT source, repo, sha,
           count(*)                                                            AS files,
           sum(lines)                                                          AS lines,
           sum(added)                                                          AS added,
           sum(removed)                                                        AS removed,
           count(*) FILTER (WHERE is_hot)                                      AS hot,
           avg(CASE WHEN is_new THEN 1.0 ELSE 0.0 END)                         AS new_share,
           first_value(path ORDER BY is_hot DESC, lines DESC, path)            AS path
    FROM touched
    GROUP BY source, repo, sha
),
risky AS (
    -- The same change may stand on two branches.
    SELECT beyond.repo, beyond.person, beyond.subject,
           max(beyond.person_name)                                             AS author,
           min(beyond.commit_time)                                             AS changed,
           first_value(measured.path  ORDER BY beyond.commit_time)             AS path,
           first_value(measured.files ORDER BY beyond.commit_time)             AS files,
           first_value(measured.lines ORDER BY beyond.commit_time)             AS lines,
           first_value(beyond.sha     ORDER BY beyond.commit_time)             AS sha
    FROM beyond
    JOIN measured ON measured.source = beyond.source AND measured.repo = beyond.repo AND measured.sha = beyond.sha
    WHERE measured.hot > 0
      AND measured.new_share >= 0.5
      AND measured.added >= $risky_growth * measured.removed
      AND measured.lines > beyond.usual_lines
      AND measured.files > beyond.usual_files
    GROUP BY beyond.repo, beyond.person, beyond.subject
)
SELECT repo || '@' || substr(sha, 1, 10)                          AS subject,
       CAST(NULL AS VARCHAR)                                      AS owner,
       changed                                                    AS since,
       CAST($risky_fault_per_day AS DOUBLE)                       AS probability_per_day,
       CAST(NULL AS DOUBLE)                                       AS impact,
       CAST($fault_days AS DOUBLE)                                AS impact_days,
       repo                                                       AS repo,
       path                                                       AS path,
       author                                                     AS author,
       lines                                                      AS lines,
       CASE files WHEN 1 THEN '1 file' ELSE files || ' files' END AS files,
       '"' || subject || '"'                                      AS title
FROM risky
