-- signal: stale-branch
-- duty: delivery-promises
-- asks: finish it, hand it over, or delete it
-- says: {branch} of {repo} holds {commits} that nobody touched for {idle}
-- folds: {count} branches of {repo} hold work that nobody touches, the oldest since {oldest}
-- price: waits
-- patience: 7d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM branches WHERE NOT is_default AND ahead IS NOT NULL LIMIT 1
-- declare: a git source whose clone has its remote branches
-- first: is this still wanted, and who would finish it?
--
-- Looked at: the newest commit of each branch that holds commits which the default branch has
-- not. Two months is twice what a piece of work in progress needs at worst; GitHub's own list
-- of branches calls one stale after three. After a year it is history: on the repositories that
-- this was tried on nobody took up such a branch again. Where three or more people sent work in the last
-- half year, guests among them, and nobody is declared, silent too: there a branch is no promise to anybody
-- who could be asked.
--
-- Left out, because their rest is meant: release and maintenance lines (`1.x`, `release-2.3`,
-- `stable`), published pages, environments, archives, and what robots push. Left out too:
-- branches that landed in another form, seen by a commit elsewhere in the repository of the
-- same author and subject, with or without the ` (#12)` that a squashed merge adds.
WITH idle AS (
    SELECT branches.*, addresses.person, addresses.person_name,
           current_date - CAST(tip_time AS DATE) AS days
    FROM branches
    JOIN addresses ON addresses.email = branches.tip_email AND NOT addresses.is_bot
    WHERE NOT is_default
      AND ahead > 0
      AND tip_time < current_date - $stale_branch_days
      AND tip_time >= current_date - $stale_branch_most
      -- Lines that stay: the trunk under any name, and environments.
      AND branch !~* ('^(master|main|trunk|default|develop(ment)?|dev|next|edge|unstable|stable'
                   || '|staging|production|prod|release|maint(enance)?|legacy|lts)$')
      -- Published pages, robots, and what was put away on purpose.
      AND branch !~* '(^|/)((gh-)?pages|html|man|docs|site|website|www)$|^(dependabot|renovate|snyk|pre-commit-ci|imgbot)/'
      AND branch !~* '^(archived?|attic|old|backup|keep)([/_-]|$)'
      -- Versions: `1.x`, `v2`, `release-2.3`, `stable/2024`, `core-4.1-lts`.
      AND branch !~* '^v?[0-9]+(\.x)?$|^(releases?|rel|stable|maint(enance)?|support|lts|v)[/_-]'
      AND branch !~* ('(^|[/_-])(v|releases?|rel|stable|maint(enance)?|support|lts|hotfix|backport)?[/_-]?'
                   || '[0-9]+([._-]([0-9]+|x))+([._-]?(x|lts|stable|dev|maint(enance)?|release|(rc|beta|alpha)[0-9]*))?$')
),
landed AS (
    SELECT idle.source, idle.repo, idle.branch
    FROM idle
    JOIN commits ON commits.source = idle.source
                AND commits.repo = idle.repo
                AND lower(commits.author_email) = idle.tip_email
                AND split_part(commits.subject, ' (#', 1) = split_part(idle.tip_subject, ' (#', 1)
    WHERE commits.sha <> idle.sha
    GROUP BY idle.source, idle.repo, idle.branch
),
here AS (
    SELECT DISTINCT source, repo, person FROM active_people
),
crowds AS (
    SELECT source, repo
    FROM authored_commits
    WHERE commit_time >= current_date - $active_days
    GROUP BY source, repo
    HAVING count(DISTINCT person) >= $crew_least AND (SELECT count(*) FROM identities WHERE is_declared) = 0
)
SELECT idle.repo || '@' || idle.branch     AS subject,
       here.person                         AS owner,
       idle.tip_time                       AS since,
       CAST(1 AS DOUBLE)                   AS people,
       CAST($stale_branch_share AS DOUBLE) AS share,
       idle.repo                           AS repo,
       idle.branch                         AS branch,
       CASE idle.ahead WHEN 1 THEN '1 commit' ELSE idle.ahead || ' commits' END AS commits,
       spans.words                         AS idle,
       idle.person_name                    AS author
FROM idle
JOIN spans ON spans.days = idle.days
LEFT JOIN landed ON landed.source = idle.source AND landed.repo = idle.repo AND landed.branch = idle.branch
LEFT JOIN here   ON here.source = idle.source AND here.repo = idle.repo AND here.person = idle.person
LEFT JOIN crowds ON crowds.source = idle.source AND crowds.repo = idle.repo
WHERE landed.branch IS NULL
  AND crowds.repo IS NULL
