-- signal: decision-proposed-long
-- duty: architecture-decisions
-- asks: decide it, or reject it for now
-- says: "{title}" is proposed since {day}, {ago} ago, and not decided
-- folds: {count} decisions are proposed for long and not decided, the oldest since {oldest}
-- price: waits
-- patience: 10d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM decisions WHERE status = 'proposed' LIMIT 1
-- declare: decision records with their status
-- first: what would have to be known to decide, and who knows it?
--
-- Looked at: records whose status is proposed, by the day in the record, else by the day their
-- text last changed. Proposals of more than two years are history that nobody closed; they
-- fold with the others. Drafts may lie: nobody was asked yet.
WITH proposed AS (
    SELECT decisions.*, coalesce("date", asserted) AS day
    FROM decisions
    WHERE status = 'proposed'
),
place AS (
    SELECT id, min(repo) AS repo FROM areas WHERE kind = 'decision' GROUP BY id
)
SELECT 'decision ' || proposed.id       AS subject,
       proposed.owner                   AS owner,
       proposed.day                     AS since,
       CAST($decision_people AS DOUBLE) AS people,
       CAST($decision_share AS DOUBLE)  AS share,
       place.repo                       AS repo,
       proposed.title                   AS title,
       proposed.day                     AS day,
       spans.words                      AS ago
FROM proposed
JOIN spans      ON spans.days = current_date - proposed.day
LEFT JOIN place ON place.id = proposed.id
WHERE proposed.day < current_date - $decision_days
