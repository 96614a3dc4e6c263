-- kept: yes
--
-- A branch, once: the local and the remote one of a short name are the same branch, and the
-- newer tip stands for it. Remotes other than `origin` are somebody else's branches.
WITH named AS (
    SELECT source, repo, kind, sha, is_default, ahead, behind, ahead_since,
           CASE kind WHEN 'remote' THEN substr(name, 8) ELSE name END AS branch
    FROM refs
    WHERE kind = 'branch'
       OR (kind = 'remote' AND starts_with(name, 'origin/') AND name <> 'origin/HEAD')
)
SELECT named.source,
       named.repo,
       named.branch,
       bool_or(named.is_default)                                                     AS is_default,
       first_value(named.sha          ORDER BY tip.commit_time DESC, named.kind DESC) AS sha,
       first_value(named.ahead        ORDER BY tip.commit_time DESC, named.kind DESC) AS ahead,
       first_value(named.behind       ORDER BY tip.commit_time DESC, named.kind DESC) AS behind,
       first_value(named.ahead_since  ORDER BY tip.commit_time DESC, named.kind DESC) AS ahead_since,
       first_value(tip.subject        ORDER BY tip.commit_time DESC, named.kind DESC) AS tip_subject,
       first_value(lower(tip.author_email) ORDER BY tip.commit_time DESC, named.kind DESC) AS tip_email,
       max(tip.commit_time)                                                          AS tip_time
FROM named
JOIN commits AS tip ON tip.source = named.source AND tip.repo = named.repo AND tip.sha = named.sha
GROUP BY named.source, named.repo, named.branch
