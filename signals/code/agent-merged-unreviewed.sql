-- signal: agent-merged-unreviewed
-- duty: ai-assistants
-- asks: have somebody read the largest of them, and say who reads what an assistant wrote
-- says: {changes} of {repo} that an assistant wrote went in without a second person, {example}
-- price: breaks
-- patience: 5d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM change_requests WHERE trailers IS NOT NULL UNION ALL SELECT 1 FROM agent_changes LIMIT 1) AS written CROSS JOIN (SELECT 1 FROM reviews LIMIT 1) AS seen
-- declare: a source of change requests with their reviews and the trailers of their commits
-- first: who would notice if it were wrong?
--
-- Looked at: changes that reached the default branch in the last two weeks, that a coding assistant wrote or
-- helped to write (its login, or a trailer that names it), larger than a few lines or of a size that is not
-- known, and that no person reviewed other than who asked for it: the author, or, where the assistant itself is
-- the author, whom it is assigned to. Only in repositories where people do review each other: elsewhere
-- nothing is different about these.
WITH habits AS (
    SELECT source, repo, count(DISTINCT number) AS reviewed
    FROM peer_reviews
    WHERE first_at >= current_date - $quarter_days
    GROUP BY source, repo
    HAVING count(DISTINCT number) >= $agent_reviews_least
),
written AS (
    SELECT asked.source, asked.repo, asked.number, asked.title, asked.merged_at, asked.url, asked.assignees,
           asked.added + asked.removed AS lines, by_agent.agent, by_agent.is_by_agent
    FROM landed_requests AS asked
    JOIN agent_changes AS by_agent ON by_agent.source = asked.source
                                  AND by_agent.repo = asked.repo
                                  AND by_agent.number = asked.number
    JOIN habits ON habits.source = asked.source AND habits.repo = asked.repo
    WHERE asked.merged_at >= current_date - $review_days
      AND coalesce(asked.added + asked.removed >= $review_lines, true)
),
-- Whom an assistant's own change is assigned to asked for it, under whatever login they review.
askers AS (
    SELECT given.source, given.repo, given.number, coalesce(whose.person, given.login) AS person
    FROM (SELECT source, repo, number, lower(unnest(assignees)) AS login FROM written WHERE is_by_agent) AS given
    LEFT JOIN declared_logins AS whose ON whose.login = given.login
    GROUP BY given.source, given.repo, given.number, coalesce(whose.person, given.login)
),
read_by AS (
    SELECT written.source, written.repo, written.number
    FROM written
    JOIN peer_reviews ON peer_reviews.source = written.source
                     AND peer_reviews.repo = written.repo
                     AND peer_reviews.number = written.number
    LEFT JOIN askers ON askers.source = written.source
                    AND askers.repo = written.repo
                    AND askers.number = written.number
                    AND askers.person = peer_reviews.person
    WHERE askers.person IS NULL
    GROUP BY written.source, written.repo, written.number
),
-- The largest stands for all of them; where no size is known, the newest.
told AS (
    SELECT written.source, written.repo, count(*) AS changes, min(written.merged_at) AS since, max(written.lines) AS lines,
           first_value(written.title ORDER BY written.lines DESC NULLS LAST, written.merged_at DESC, written.number) AS title,
           first_value(written.agent ORDER BY written.lines DESC NULLS LAST, written.merged_at DESC, written.number) AS agent,
           first_value(written.url   ORDER BY written.lines DESC NULLS LAST, written.merged_at DESC, written.number) AS url
    FROM written
    LEFT JOIN read_by ON read_by.source = written.source AND read_by.repo = written.repo AND read_by.number = written.number
    WHERE read_by.source IS NULL
    GROUP BY written.source, written.repo
)
SELECT repo                                                                     AS subject,
       CAST(NULL AS VARCHAR)                                                    AS owner,
       since                                                                    AS since,
       changes * CAST($unreviewed_fault_per_day AS DOUBLE)                      AS probability_per_day,
       CAST(NULL AS DOUBLE)                                                     AS impact,
       CAST($fault_days AS DOUBLE)                                              AS impact_days,
       repo                                                                     AS repo,
       CASE changes WHEN 1 THEN '1 change' ELSE changes || ' changes' END       AS changes,
       CASE WHEN lines IS NULL THEN CONCAT('the newest "', title, '" (with ', agent, ')')
            ELSE CONCAT('the largest "', title, '" (', lines, ' lines, with ', agent, ')') END AS example,
       agent                                                                    AS agent,
       lines                                                                    AS lines,
       url                                                                      AS url
FROM told
