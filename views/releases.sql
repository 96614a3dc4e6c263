-- Releases of a repository: tags that name a version, candidates and previews left out.
-- `v1.2.0`, `tokio-1.2.0`, `release/2026.3` and `REL_1_2` are versions, and so are `26` and `v20141106`;
-- `v1.2.0-rc1` is a candidate, `nightly-2026-03-01` is a build.
WITH versions AS (
    SELECT source, repo, name, sha, tagger_time, behind, behind_since
    FROM refs
    WHERE kind = 'tag'
      AND name ~* '(^|[^a-z])v?[0-9]+([._][0-9]+)+$|^v?[0-9]+$'
      AND name !~* '(alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|test|cand)[^a-z]*[0-9._]*$'
)
SELECT versions.source,
       versions.repo,
       versions.name,
       versions.sha,
       coalesce(versions.tagger_time, commits.commit_time) AS released,
       versions.behind,
       versions.behind_since
FROM versions
JOIN commits ON commits.source = versions.source
            AND commits.repo = versions.repo
            AND commits.sha = versions.sha
