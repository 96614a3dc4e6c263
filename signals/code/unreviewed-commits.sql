-- signal: unreviewed-commits
-- duty: code-review
-- asks: read the largest of them together now, and agree on what may go without
-- says: {commits} of {repo} went in without a review in the last two weeks, the largest {largest} by {author} ({lines} lines)
-- price: breaks
-- patience: 5d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM commits WHERE array_length(trailers) > 0 OR subject LIKE '%(#%)' LIMIT 1
-- declare: a git source where reviews leave a trace: `Reviewed-by:` trailers, or squashed merges of a forge
-- first: was it an emergency, or is the way through review too long?
--
-- Looked at: repositories whose history shows reviews, in one of two ways. Either at least half
-- of a quarter's commits name a reviewer in a trailer; then one without is unreviewed. Or at
-- least nine tenths carry the number of the request they came by (`(#12)`), as squashed merges
-- do, and hardly any is a merge; then one without was pushed past it. Where branches are merged
-- as they are, git does not show who read what: silent.
--
-- Left out: what somebody other than its author committed, who has then seen it; robots, small
-- changes, what prepares a release or takes something back; and what stands on a branch: commits
-- of its author since it began, and commits that landed again with a number or a signature.
WITH quarter AS (
    SELECT commits.source, commits.repo, commits.sha, commits.parents, commits.commit_time,
           commits.subject, addresses.person_name,
           lower(commits.author_email)                            AS email,
           lower(commits.author_email) = lower(commits.committer_email) AS is_same_hand,
           split_part(commits.subject, ' (#', 1)                  AS title,
           coalesce(commits.added, 0) + coalesce(commits.removed, 0) AS lines,
           coalesce(array_to_string(commits.trailers, '; '), '')
               ~* '(reviewed|acked|approved)-by:|reviewed-on:' AS is_signed,
           commits.subject ~ '\((#|!|gh-)[0-9]+\)' OR commits.subject ~ '^Merge (pull request|branch)' AS has_number
    FROM commits
    JOIN addresses ON addresses.email = lower(commits.author_email) AND NOT addresses.is_bot
    WHERE commits.commit_time >= current_date - $quarter_days
),
habits AS (
    SELECT source, repo,
           count(*) FILTER (WHERE parents = 1)                                             AS commits,
           count(DISTINCT email)                                                           AS hands,
           avg(CASE WHEN is_signed   THEN 1.0 ELSE 0.0 END) FILTER (WHERE parents = 1)     AS signed,
           avg(CASE WHEN has_number  THEN 1.0 ELSE 0.0 END) FILTER (WHERE parents = 1)     AS numbered,
           avg(CASE WHEN parents > 1 THEN 1.0 ELSE 0.0 END)                                AS merges
    FROM quarter
    GROUP BY source, repo
),
shown AS (
    SELECT source, repo, signed >= $reviews_signed_share AS by_trailer
    FROM habits
    WHERE commits >= $review_habit_commits
      AND hands >= $crew_least
      AND (signed >= $reviews_signed_share OR (numbered >= $reviews_numbered_share AND merges <= 0.05))
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
    WHERE has_number OR is_signed
    GROUP BY source, repo, email, title
),
passed AS (
    SELECT quarter.*
    FROM quarter
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
      AND quarter.lines >= $review_lines
      AND NOT quarter.is_signed
      AND (shown.by_trailer OR NOT quarter.has_number)
      AND afloat.source IS NULL
      AND landed.source IS NULL
      AND quarter.subject !~* '^(\[?(release|prepare|bump|version|revert|merge|backport|update change|changelog)|v?[0-9]+\.[0-9]+)'
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
