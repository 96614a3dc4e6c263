-- signal: secret-added
-- duty: security
-- asks: revoke it at its provider now, then find out who read it
-- says: {path} of {repo} got what looks like a {shape} on {day}, by {author}
-- price: breaks
-- patience: 1d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM commits LIMIT 1
-- declare: a git source
-- first: is it revoked? Removing it from the files does not help: the history keeps it.
--
-- Looked at: lines added in the last 30 days that have the shape of one provider's secrets;
-- the secret itself is never kept. A shape is a fixed prefix and length, never randomness
-- alone. Places where such strings are made up are left out: test data, mocks, examples, prose, the
-- scripts that developers try things with, and files whose name says that they protect nothing.
-- The price: most leaked secrets stay valid for long (GitGuardian 2025), and stolen credentials
-- are among the commonest ways in (Verizon DBIR 2025). Where a service is declared for the
-- repository, its impact counts; else an assumed incident.
WITH found AS (
    SELECT source, repo, path,
           array_to_string(array_sort(array_agg(DISTINCT replace(rule, '-', ' '))), ' and a ') AS shape,
           min(commit_time)                                         AS added,
           first_value(lower(author_email) ORDER BY commit_time)    AS email
    FROM secret_findings
    WHERE commit_time >= current_date - $secret_days
      AND path !~* ('(^|/)(testdata|test_data|(__)?fixtures?(__)?|(__)?mocks?(__)?|stubs?|(__)?snapshots?(__)?|cassettes'
                 || '|examples?|samples?|docs?|documentation|hack)/')
      AND path !~* '\.(md|rst|adoc|txt|snap|example|sample|dist|template)$'
      AND path !~* '(insecure|dummy|fake|snakeoil)[^/]*$'
    GROUP BY source, repo, path
),
stakes AS (
    SELECT areas.repo, max(services.impact) AS impact, max(services.impact_currency) AS currency
    FROM areas
    JOIN services ON areas.kind = 'service' AND services.id = areas.id
    GROUP BY areas.repo
)
SELECT found.repo || ':' || found.path              AS subject,
       addresses.person                             AS owner,
       found.added                                  AS since,
       CAST($secret_abuse_per_day AS DOUBLE)        AS probability_per_day,
       CAST(stakes.impact AS DOUBLE)                AS impact,
       CAST($secret_impact_days AS DOUBLE)          AS impact_days,
       stakes.currency                              AS currency,
       found.repo                                   AS repo,
       found.path                                   AS path,
       found.shape                                  AS shape,
       CAST(found.added AS DATE)                    AS day,
       coalesce(addresses.person_name, found.email) AS author
FROM found
LEFT JOIN addresses ON addresses.email = found.email
LEFT JOIN stakes    ON stakes.repo = found.repo
