-- signal: silent-person
-- duty: load-and-morale
-- asks: say in their file what changed: another role, a long absence, or a last day
-- says: {name} is declared and used to commit, and has not for {silence}
-- folds: {count} people are declared and have not committed for long
-- price: waits
-- patience: 20d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM people CROSS JOIN (SELECT 1 FROM identities WHERE is_declared LIMIT 1) LIMIT 1
-- declare: people with their mail addresses
-- first: how are they?
--
-- Looked at: declared people who wrote at least so many commits and then none for half a year,
-- up to a year and a half; after that the silence is known. It asks whether the declaration
-- is still true, no more: commits are no measure of work. So it leaves out who leads others,
-- whose role is not to commit, who is declared away, who never used to commit, and who speaks in the threads of a
-- forge: they are no more silent than gone.
WITH latest AS (
    SELECT person, sum(commits) AS commits, max(last_seen) AS last_seen
    FROM identities
    GROUP BY person
),
leads AS (
    SELECT reports_to AS person FROM people WHERE reports_to IS NOT NULL
    UNION
    SELECT lead FROM teams WHERE lead IS NOT NULL
),
heard AS (
    SELECT DISTINCT person FROM regulars
),
away AS (
    SELECT DISTINCT person FROM absences
    WHERE "from" <= current_date AND coalesce("to", current_date) >= current_date - 30
)
SELECT 'person ' || people.id               AS subject,
       CAST(NULL AS VARCHAR)                AS owner,
       latest.last_seen                     AS since,
       CAST(1 AS DOUBLE)                    AS people,
       CAST($silent_person_share AS DOUBLE) AS share,
       people.id                            AS person,
       coalesce(people.name, people.id)     AS name,
       spans.words                          AS silence
FROM people
JOIN latest     ON latest.person = people.id
JOIN spans      ON spans.days = current_date - CAST(latest.last_seen AS DATE)
LEFT JOIN leads ON leads.person = people.id
LEFT JOIN away  ON away.person = people.id
LEFT JOIN heard ON heard.person = people.id
WHERE heard.person IS NULL
  AND NOT coalesce(people.is_bot, false)
  AND people."left" IS NULL
  AND leads.person IS NULL
  AND away.person IS NULL
  AND latest.commits >= $silent_person_commits
  AND latest.last_seen < current_date - $silent_person_days
  AND latest.last_seen >= current_date - 3 * $silent_person_days
  AND coalesce(people.role, '') !~* ('\b(manage|head|lead|director|vp|officer|chief|c[etop]o|founder|product|design'
                                  || '|sales|marketing|support|people|hr|recruit|finance|legal|office|research|advis|consult)')
