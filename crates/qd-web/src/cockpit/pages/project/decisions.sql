-- Decisions in force where the work of a project lands.
SELECT DISTINCT coalesce(decisions.title, decisions.id) AS decision, decisions.status, decisions.date,
       confirmations.state AS holds, decisions.file
FROM areas AS places
JOIN areas AS scopes ON scopes.kind = 'decision' AND scopes.repo = places.repo
                    AND (scopes.path_like = '%' OR places.path_like = '%' OR scopes.path_like LIKE places.path_like OR places.path_like LIKE scopes.path_like)
JOIN decisions           ON decisions.id = scopes.id
LEFT JOIN confirmations  ON confirmations.kind = 'decision' AND confirmations.id = decisions.id
WHERE places.kind = 'project' AND places.id = $about AND decisions.status = 'accepted'
ORDER BY decisions.date DESC NULLS LAST, decision
