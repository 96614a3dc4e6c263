-- signal: unreviewed-commits
-- duty: code-review
-- asks: read the largest of them together now, and agree on what may go without
-- says: {commits} of {repo} went in without a review in the last two weeks, the largest {largest} by {author} ({lines} lines)
-- price: breaks
-- patience: 5d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM commits WHERE array_length(trailers) > 0 OR subject LIKE '%(#%)' OR parents > 1 LIMIT 1
-- declare: a git source where reviews leave a trace: `Reviewed-by:` trailers, or merges of a forge
-- first: was it an emergency, or is the way through review too long?
--
-- Looked at: repositories whose history shows reviews, in one of two ways. Either at least half
-- of a quarter's commits name a reviewer in a trailer; then one without is unreviewed. Or at
-- least nine tenths of what was put on the line of the default branch came by request: as the merge
-- of one (`Merge pull request #12`, `Merge branch 'x' into 'main'`), or squashed with its number
-- (`(#12)`); then a commit on that line without either was pushed past it. Branches that people
-- merge by hand show nothing of who read them: silent.
--
-- Left out: what somebody other than its author committed, who has then seen it; robots, small
-- changes, what is no program, what prepares a release or takes something back; and what stands on a branch: commits
-- of its author since it began, and commits that landed again with a number or a signature.
WITH quarter AS (
    SELECT commits.source, commits.repo, commits.sha, commits.parents, commits.commit_time,
           commits.subject, addresses.person_name,
           mainline.sha IS NOT NULL                                     AS is_on_line,
           coalesce(addresses.is_bot, false)                            AS is_bot,
           lower(commits.author_email)                                  AS email,
           lower(commits.author_email) = lower(commits.committer_email) AS is_same_hand,
           split_part(commits.subject, ' (#', 1)                        AS title,
           coalesce(array_to_string(commits.trailers, '; '), '')
               ~* '(reviewed|acked|approved)-by:|reviewed-on:'          AS is_signed,
           commits.subject ~ '\((#|!|gh-)[0-9]+\)'
               OR commits.subject ~ '^Merge(d)? (pull request|PR|pull-request|remote-tracking branch ''origin/pr)'
               OR commits.subject ~ '^Merge branch ''.*'' into ''|^(Auto merge of|Merge|Pull request) #[0-9]+'
               OR commits.subject ~ '^Merged in .*\(pull request #[0-9]+\)' AS is_request
    FROM commits
    JOIN addresses     ON addresses.email = lower(commits.author_email)
    LEFT JOIN mainline ON mainline.source = commits.source
                      AND mainline.repo = commits.repo
                      AND mainline.sha = commits.sha
    WHERE commits.commit_time >= current_date - $quarter_days
),
habits AS (
    SELECT source, repo,
           count(*) FILTER (WHERE parents = 1 AND NOT is_bot)                              AS commits,
           count(DISTINCT email) FILTER (WHERE NOT is_bot)                                 AS hands,
           avg(CASE WHEN is_signed  THEN 1.0 ELSE 0.0 END) FILTER (WHERE parents = 1 AND NOT is_bot) AS signed,
           count(*) FILTER (WHERE is_on_line)                                              AS steps,
           avg(CASE WHEN is_request THEN 1.0 ELSE 0.0 END) FILTER (WHERE is_on_line)       AS requested
    FROM quarter
    GROUP BY source, repo
),
shown AS (
    SELECT source, repo, signed >= $reviews_signed_share AS by_trailer
    FROM habits
    WHERE commits >= $review_habit_commits
      AND hands >= $crew_least
      AND (signed >= $reviews_signed_share
           OR (steps >= $mainline_steps AND requested >= $reviews_requested_share))
),
afloat AS (
    SELECT source, repo, tip_email, min(ahead_since) AS ahead_since
    FROM branches
    WHERE NOT is_default AND ahead > 0
    GROUP BY source, repo, tip_email
),
landed AS (
    SELECT source, repo, email, title
    FROM quarter
    WHERE is_request OR is_signed
    GROUP BY source, repo, email, title
),
-- Lines of programs: what else changes (prose, versions, lists of packages) needs no second pair of eyes.
written AS (
    SELECT changes.source, changes.repo, changes.sha,
           sum(coalesce(changes.added, 0) + coalesce(changes.removed, 0)) AS lines
    FROM file_changes AS changes
    JOIN code_files ON code_files.source = changes.source
                   AND code_files.repo = changes.repo
                   AND code_files.path = changes.path
    WHERE changes.commit_time >= current_date - $review_days
    GROUP BY changes.source, changes.repo, changes.sha
),
passed AS (
    SELECT quarter.*, written.lines
    FROM quarter
    JOIN written     ON written.source = quarter.source
                    AND written.repo = quarter.repo
                    AND written.sha = quarter.sha
    JOIN shown       ON shown.source = quarter.source AND shown.repo = quarter.repo
    LEFT JOIN afloat ON afloat.source = quarter.source
                    AND afloat.repo = quarter.repo
                    AND afloat.tip_email = quarter.email
                    AND afloat.ahead_since <= quarter.commit_time
    LEFT JOIN landed ON landed.source = quarter.source
                    AND landed.repo = quarter.repo
                    AND landed.email = quarter.email
                    AND landed.title = quarter.title
    WHERE quarter.commit_time >= current_date - $review_days
      AND quarter.is_same_hand
      AND quarter.parents = 1
      AND written.lines >= $review_lines
      AND NOT quarter.is_signed
      AND NOT quarter.is_bot
      AND (shown.by_trailer OR (quarter.is_on_line AND NOT quarter.is_request))
      AND (afloat.source IS NULL OR quarter.is_on_line)
      AND landed.source IS NULL
      AND quarter.subject !~* '^(\[?(releas(e|ing)|prepare|bump|version|increment version|revert|merge|backport|update change|changelog)|v?[0-9]+\.[0-9]+)'
      AND quarter.subject !~* '^(chore|build|ci|docs?)\(?[a-z]*\)?: *(release|bump|version)'
)
SELECT repo                                                                 AS subject,
       CAST(NULL AS VARCHAR)                                                AS owner,
       min(commit_time)                                                     AS since,
       count(*) * CAST($unreviewed_fault_per_day AS DOUBLE)                 AS probability_per_day,
       CAST(NULL AS DOUBLE)                                                 AS impact,
       CAST($fault_days AS DOUBLE)                                          AS impact_days,
       repo                                                                 AS repo,
       CASE count(*) WHEN 1 THEN '1 commit' ELSE count(*) || ' commits' END AS commits,
       '"' || first_value(subject ORDER BY lines DESC, sha) || '"'          AS largest,
       first_value(person_name ORDER BY lines DESC, sha)                    AS author,
       max(lines)                                                           AS lines
FROM passed
GROUP BY source, repo
