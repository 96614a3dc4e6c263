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
-- alone. Left out is what opens nothing:
-- - what is made up: folders of tests, mocks, examples and demonstrations, by the last word of their name too
--   (`kitchen-tests`, `Shop.Tests`), prose, the scripts that developers try things with, and names that say so;
-- - the id of an AWS key in a pipeline: an id is no secret, and what belongs to it is kept encrypted there or by the
--   service. Elsewhere it is told, since its secret, which has no shape of its own, mostly stands beside it;
-- - what is handed out on purpose: Google's keys in the files that every app of Firebase carries, private keys of
--   throw-away machines (Vagrant's) and of one's own computer;
-- - private keys whose file or folder is named after a test, `test` standing apart or not (`shopkeytest1.pem`);
-- - private keys where nobody is declared. A token names its provider, who takes it back; what a private key opens only
--   its owner knows, and those of public repositories are mostly made for examples and tests (docs/precision.md).
-- Told is what is gone from the files as well: it can be read in the history, and is revoked all the same.
-- The price: most leaked secrets stay valid for long (GitGuardian 2025), and stolen credentials
-- are among the commonest ways in (Verizon DBIR 2025). Where a service is declared for the
-- repository, its impact counts; else an assumed incident.
WITH found AS (
    SELECT findings.source, findings.repo, findings.path,
           array_to_string(array_sort(array_agg(DISTINCT replace(rule, '-', ' '))), ' and a ') AS shape,
           min(commit_time)                                         AS added,
           first_value(lower(author_email) ORDER BY commit_time)    AS email
    FROM secret_findings AS findings
    LEFT JOIN pipelines ON pipelines.source = findings.source
                       AND pipelines.repo = findings.repo
                       AND pipelines.path = findings.path
    WHERE commit_time >= current_date - $secret_days
      AND findings.path !~* ('(^|/)([^/]*[-_.])?((unit|integration|acceptance|functional|e2e)?(tests?|specs?)|testing|kitchen'
                          || '|test-?data|(__)?(fixtures?|mocks?|snapshots?)(__)?|stubs?|cassettes'
                          || '|examples?|samples?|demos?|docs?|documentation|hack)([-_.][^/]*)?/')
      AND findings.path !~ '[a-z](Tests?|Specs?|Fixtures?|Examples?|Samples?|Mocks?)/'
      AND findings.path !~* '\.(md|rst|adoc|txt|snap|example|sample|dist|template)$'
      AND findings.path !~* '(insecure|dummy|fake|snakeoil)[^/]*$'
      AND NOT (rule = 'aws-access-key' AND pipelines.path IS NOT NULL)
      AND NOT (rule = 'google-api-key' AND findings.path ~* '(^|/)(google-services\.json|googleservice-info[^/]*\.plist)$')
      AND NOT (rule = 'private-key'
               AND (NOT EXISTS (SELECT 1 FROM identities WHERE is_declared)
                    OR findings.path ~* '(^|/)(vagrant[^/]*|([^/]*[-_.])?(localhost|self-?signed|examples?)([-_.][^/]*)?)$'
                    -- `latest` and its like are no tests.
                    OR regexp_replace(lower(findings.path), '(la|at|con|pro)tests?', '', 'g') ~ 'tests?([^a-z/][^/]*)?(/|$)'))
    GROUP BY findings.source, findings.repo, findings.path
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
