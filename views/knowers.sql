-- Who can be asked about a path: whoever knows it by the degree of authorship, and whoever changed
-- it several times and within the year, whatever share the model leaves them beside a busy first
-- author. Whether they are still there is for the reader of this view to say.
SELECT source, repo, path, person, coalesce(knows, false) AS is_author, changes, last_touched
FROM ownership
WHERE knows
   OR (changes >= $familiar_changes AND last_touched >= current_date - 365)
