-- Change requests that reached the default branch: those that were merged into it.
--
-- What was merged into another branch (a change stacked on another one, a line of maintenance) has not
-- reached it yet; if it does, it is by a later request, whose own row tells when. Where the branch that a
-- change went to or the default branch is not known, a merge counts.
SELECT requests.*
FROM change_requests AS requests
LEFT JOIN forge_repositories AS home ON home.source = requests.source AND home.repo = requests.repo
WHERE requests.merged_at IS NOT NULL
  AND coalesce(requests.base_branch = home.default_branch, true)
