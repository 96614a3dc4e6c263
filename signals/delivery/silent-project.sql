-- signal: silent-project
-- duty: who-works-on-what
-- asks: say what it waits for, or say that it is paused
-- says: {name} is declared active, and nobody has committed to its code for {silence}
-- price: slips
-- patience: 5d
-- minutes: 15
-- audience: line
-- needs: SELECT 1 FROM areas WHERE kind = 'project' LIMIT 1
-- declare: projects with their repositories
-- first: is somebody working on it where git does not see it?
--
-- Looked at: active projects whose repositories are all read, and the newest change to any file of
-- theirs. Three weeks are longer than a holiday usually silences a team. Projects that have not
-- begun, and those whose code was never seen, are not silent but unknown.
WITH active AS (
    SELECT id, coalesce(name, id) AS name, lead, team, started, deadline,
           CAST(value_per_day AS DOUBLE) AS value_per_day, value_per_day_currency
    FROM projects
    WHERE coalesce(status, 'active') = 'active'
      AND coalesce(started, DATE '1970-01-01') < current_date - $silent_project_days
),
heard AS (
    -- Whole repositories by their commits, parts of one by what is known of their files.
    SELECT areas.id, max(work.commit_time) AS latest
    FROM areas
    JOIN authored_commits AS work ON work.repo = areas.repo
    WHERE areas.kind = 'project' AND areas.path_like = '%'
    GROUP BY areas.id
    UNION ALL
    SELECT areas.id, max(ownership.last_touched)
    FROM areas
    JOIN ownership ON ownership.repo = areas.repo AND ownership.path LIKE areas.path_like
    WHERE areas.kind = 'project' AND areas.path_like <> '%'
    GROUP BY areas.id
),
unread AS (
    SELECT DISTINCT areas.id
    FROM areas
    LEFT JOIN repositories ON repositories.repo = areas.repo
    WHERE areas.kind = 'project' AND repositories.repo IS NULL
),
latest AS (
    SELECT id, max(latest) AS latest FROM heard GROUP BY id
)
SELECT 'project ' || active.id             AS subject,
       active.lead                         AS owner,
       latest.latest                       AS since,
       CAST($silent_slip AS DOUBLE)        AS probability,
       active.value_per_day                AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       active.value_per_day_currency       AS currency,
       active.id                           AS project,
       active.team                         AS team,
       active.name                         AS name,
       spans.words                         AS silence
FROM active
JOIN latest      ON latest.id = active.id
JOIN spans       ON spans.days = current_date - CAST(latest.latest AS DATE)
LEFT JOIN unread ON unread.id = active.id
WHERE latest.latest < current_date - $silent_project_days
  AND unread.id IS NULL
