-- signal: uncovered-absence
-- duty: knowledge-concentration
-- asks: name a deputy, and let them change something there before the first day away
-- says: from {day} nobody who knows {what} {name} is there: {who} is away {how_long}
-- price: breaks
-- patience: 3d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM absences CROSS JOIN (SELECT 1 FROM areas WHERE kind IN ('project', 'service') LIMIT 1) LIMIT 1
-- declare: absences, and projects or services with their repositories
-- first: who would be called at three in the morning?
--
-- Looked at: for each declared project and service, who knows its code (a tenth of the files that
-- anybody knows, at least), and whether a day comes within 30 days on which all of them are
-- away. Being named as lead or owner does not count: knowing is what others can ask for.
-- Absences shorter than the least given pass by themselves.
WITH spells AS (
    SELECT absences.person, absences."from" AS first_day,
           coalesce(absences."to", current_date + 365) AS last_day,
           absences."to" IS NULL AS is_open
    FROM absences
    WHERE absences."from" <= current_date + $absence_days
      AND coalesce(absences."to", current_date + 365) >= current_date
),
subjects AS (
    SELECT 'project' AS kind, id, coalesce(name, id) AS name, lead AS owner,
           CAST(value_per_day AS DOUBLE) AS impact, value_per_day_currency AS currency
    FROM projects
    WHERE status IS NULL OR status = 'active'
    UNION ALL
    SELECT 'service', id, coalesce(name, id), owner, CAST(impact AS DOUBLE), impact_currency
    FROM services
    WHERE lifecycle IS NULL OR lifecycle IN ('experimental', 'production')
),
known AS (
    SELECT areas.kind, areas.id, knowers.person, count(*) AS files
    FROM areas
    JOIN subjects    ON subjects.kind = areas.kind AND subjects.id = areas.id
    JOIN knowers     ON knowers.repo = areas.repo AND knowers.path LIKE areas.path_like
    JOIN code_files  ON code_files.source = knowers.source
                    AND code_files.repo = knowers.repo
                    AND code_files.path = knowers.path
    LEFT JOIN people ON people.id = knowers.person
    WHERE people."left" IS NULL OR people."left" > current_date
    GROUP BY areas.kind, areas.id, knowers.person
),
helpers AS (
    SELECT kind, id, person
    FROM (SELECT known.*, max(files) OVER (PARTITION BY kind, id) AS most FROM known)
    WHERE files >= $knower_share * most
),
-- A day on which cover can end is the first day of somebody's absence, or today.
turns AS (
    SELECT helpers.kind, helpers.id, greatest(spells.first_day, current_date) AS day
    FROM helpers
    JOIN spells ON spells.person = helpers.person
    WHERE spells.last_day - spells.first_day >= $absence_least
    GROUP BY helpers.kind, helpers.id, greatest(spells.first_day, current_date)
),
cover AS (
    SELECT turns.kind, turns.id, turns.day,
           count(DISTINCT helpers.person)                                              AS helpers,
           count(DISTINCT spells.person)                                               AS away,
           min(spells.last_day)                                                        AS back,
           bool_and(spells.is_open)                                                    AS is_open,
           array_to_string(array_sort(array_agg(DISTINCT coalesce(people.name, helpers.person))), ' and ') AS who
    FROM turns
    JOIN helpers     ON helpers.kind = turns.kind AND helpers.id = turns.id
    LEFT JOIN spells ON spells.person = helpers.person
                    AND turns.day BETWEEN spells.first_day AND spells.last_day
    LEFT JOIN people ON people.id = helpers.person
    GROUP BY turns.kind, turns.id, turns.day
    HAVING count(DISTINCT helpers.person) = count(DISTINCT spells.person)
),
nearest AS (
    SELECT cover.*, row_number() OVER (PARTITION BY kind, id ORDER BY day) AS place
    FROM cover
)
SELECT subjects.kind || ' ' || subjects.id                     AS subject,
       CASE WHEN spells.person IS NULL THEN people.id END      AS owner,
       nearest.day - $absence_days                             AS since,
       CAST($need_per_day AS DOUBLE)                           AS probability_per_day,
       subjects.impact                                         AS impact,
       CAST($uncovered_impact_days AS DOUBLE)                  AS impact_days,
       subjects.currency                                       AS currency,
       CASE WHEN nearest.day > current_date THEN nearest.day END AS deadline,
       CASE subjects.kind WHEN 'service' THEN subjects.id END  AS service,
       CASE subjects.kind WHEN 'project' THEN subjects.id END  AS project,
       nearest.day                                             AS day,
       subjects.kind                                           AS what,
       subjects.name                                           AS name,
       nearest.who                                             AS who,
       CASE WHEN nearest.is_open THEN 'with no date to be back'
            ELSE 'until ' || nearest.back END                  AS how_long
FROM nearest
JOIN subjects    ON subjects.kind = nearest.kind AND subjects.id = nearest.id
LEFT JOIN people ON people.id = subjects.owner
-- Who is away that day cannot be the one to arrange it.
LEFT JOIN spells ON spells.person = subjects.owner
                AND nearest.day BETWEEN spells.first_day AND spells.last_day
WHERE nearest.place = 1
