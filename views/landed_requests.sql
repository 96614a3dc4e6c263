-- Change requests that reached the default branch: those that were merged into it.
--
-- What was merged into another branch (a change stacked on another one, a line of maintenance) has not
-- reached it yet; if it does, it is by a later request, whose own row tells when. Where the branch that a
-- change went to or the default branch is not known, a merge counts. A merge keeps the name that its branch had
-- then: `master` and `main` are one default branch, since many were renamed.
SELECT requests.*
FROM change_requests AS requests
LEFT JOIN forge_repositories AS home ON home.source = requests.source AND home.repo = requests.repo
WHERE requests.merged_at IS NOT NULL
  AND coalesce(requests.base_branch = home.default_branch
               OR (requests.base_branch IN ('main', 'master') AND home.default_branch IN ('main', 'master')), true)
