-- Who waits for whom, and for what: turns of changes and issues, and answers that are owed. `part` is 1 where it waits
-- for the reader, 2 where the reader waits, 3 for the rest, 4 for what has waited for more than four months. Of each
-- part the fifty that wait longest; `every` counts them all.
WITH me AS (
    SELECT $about AS person
),
-- What is blocked waits for whoever is at the end of its chain.
held AS (
    SELECT turns.source, turns.repo, turns.number, turns.title, turns.url, turns.since, turns.evidence,
           coalesce(chains.holder, turns.holder)                                    AS holder,
           coalesce(chains.team, turns.team)                                        AS team,
           CASE WHEN chains.holder IS NULL THEN turns.holders END                   AS holders,
           turns.author_person, turns.author_name, chains.chain
    FROM turns
    LEFT JOIN chains ON chains.source = turns.source AND chains.repo = turns.repo AND chains.number = turns.number
    WHERE turns.turn <> 'checks'
),
waits AS (
    SELECT holder, team, holders, CONCAT(repo, ' ', number, ': ', title) AS what, url,
           coalesce(chain, evidence)                                     AS why,
           CASE WHEN author_person IS DISTINCT FROM holder THEN author_person END AS asker,
           CASE WHEN author_person IS DISTINCT FROM holder THEN author_name END   AS asker_name,
           since
    FROM held
    WHERE holder IS NOT NULL OR team IS NOT NULL
    UNION ALL
    SELECT owed.person, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR[]), coalesce(owed.sentence, owed.title), owed.url,
           CASE owed.kind WHEN 'ask' THEN CONCAT('an answer; ', owed.evidence) ELSE CONCAT('to be seen; ', owed.evidence) END,
           askers.person, coalesce(relations.name || ': ', '') || coalesce(owed.asker_name, owed.asker),
           owed.since
    FROM obligations AS owed
    LEFT JOIN declared_logins AS askers ON askers.login = lower(owed.asker)
    LEFT JOIN relations                 ON relations.id = owed.relation
    -- What is somebody's turn too stands above.
    LEFT JOIN held ON held.source = owed.source AND held.repo = owed.repo AND held.number = owed.number AND held.holder = owed.person
    WHERE held.number IS NULL
),
parted AS (
    SELECT CASE WHEN waits.holder = me.person OR array_has(waits.holders, me.person) OR mine.team IS NOT NULL THEN 1
                WHEN waits.asker = me.person                                                                  THEN 2
                WHEN waits.since < now() - INTERVAL '120 days'                                                THEN 4
                ELSE 3 END AS part,
           waits.*
    FROM waits
    CROSS JOIN me
    LEFT JOIN team_members AS mine ON mine.team = waits.team AND mine.person = me.person AND waits.holder IS NULL
),
placed AS (
    SELECT parted.*, count(*) OVER (PARTITION BY part) AS every,
           row_number() OVER (PARTITION BY part ORDER BY since, what) AS place
    FROM parted
)
SELECT placed.part, placed.every,
       placed.what, placed.url AS what_url,
       placed.holder                                                   AS waits_for,
       coalesce(people.name, placed.holder, teams.name, placed.team)   AS waits_for_name,
       placed.why,
       placed.asker                                                    AS who_waits,
       coalesce(asking.name, placed.asker_name, placed.asker)          AS who_waits_name,
       CAST(placed.since AS DATE)                                      AS waiting_since,
       current_date - CAST(placed.since AS DATE)                       AS days
FROM placed
LEFT JOIN people           ON people.id = placed.holder
LEFT JOIN people AS asking ON asking.id = placed.asker
LEFT JOIN teams            ON teams.id = placed.team
WHERE placed.place <= 50
ORDER BY placed.part, placed.place
