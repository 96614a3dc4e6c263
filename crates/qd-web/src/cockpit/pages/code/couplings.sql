-- unit: degree share
--
-- Files that the same commits of the last year changed, though they do not stand in one folder: what nobody wrote down as a dependency.
-- A test beside what it tests is none. `degree` is how often, of the mean of both.
SELECT path, other_repo, other_path, together, degree, team, other_team, CAST(last_together AS DATE) AS last_day
FROM couplings
WHERE (repo = $about OR other_repo = $about)
  AND (repo <> other_repo OR regexp_replace(path, '[^/]*$', '') <> regexp_replace(other_path, '[^/]*$', ''))
ORDER BY degree DESC, together DESC, path, other_path
LIMIT 50
