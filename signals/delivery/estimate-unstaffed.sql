-- signal: estimate-unstaffed
-- duty: estimates
-- asks: find somebody who can, before it is promised
-- says: {name} needs {skills}, and nobody who is there has it
-- price: slips
-- patience: 2d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM estimate_lines CROSS JOIN (SELECT 1 FROM person_skills LIMIT 1) WHERE estimate_lines.skill IS NOT NULL LIMIT 1
-- declare: estimates whose lines name skills, and the skills of people
-- first: could somebody learn it, or be borrowed?
--
-- Looked at: lines of estimates that are drafts or sent, that are not optional and need a skill that nobody has who has not
-- left; of the people that the estimate names, if it names any.
WITH asked AS (SELECT "of", id, skill FROM estimate_skills WHERE kind = 'line' AND skill IS NOT NULL AND NOT is_optional),
named AS (SELECT id AS "of", unnest(people) AS person FROM estimates),
crews AS (SELECT DISTINCT "of" FROM named),
there AS (
    SELECT has.person, has.skill
    FROM person_skills AS has
    JOIN people ON people.id = has.person
    WHERE people."left" IS NULL OR people."left" >= current_date
),
short AS (
    SELECT asked."of", array_to_string(array_sort(array_agg(DISTINCT asked.skill)), ', ') AS skills
    FROM asked
    LEFT JOIN crews ON crews."of" = asked."of"
    LEFT JOIN (SELECT DISTINCT skill FROM there) AS any_one ON any_one.skill = asked.skill AND crews."of" IS NULL
    LEFT JOIN (SELECT DISTINCT named."of", there.skill FROM named JOIN there ON there.person = named.person) AS own
           ON own."of" = asked."of" AND own.skill = asked.skill
    WHERE any_one.skill IS NULL AND own.skill IS NULL
    GROUP BY asked."of"
)
SELECT 'estimate ' || estimates.id          AS subject,
       estimates.owner                      AS owner,
       estimates.asserted                   AS since,
       CAST(0.5 AS DOUBLE)                  AS probability,
       CAST(NULL AS DOUBLE)                 AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE)  AS value_days_per_day,
       coalesce(estimates.name, estimates.id) AS name,
       short.skills                         AS skills
FROM short
JOIN estimates ON estimates.id = short."of"
WHERE coalesce(estimates.status, 'draft') IN ('draft', 'sent')
