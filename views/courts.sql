-- In whose court what is open lies: one row for each turn that somebody's meeting asks about.
--
-- `who` is a person, a team or, where nobody holds it, the repository; what waits behind others stands
-- under its own name with the chain to its end. `team` is that of the person who holds it or the end of its
-- chain, else the declared team that was asked; of what nobody holds its author's, since a repository may be of
-- several. What waited for more than a third of a year is left out, and so is what waits for checks, while
-- they can run: once they have run for too long, it is its author's.
WITH live AS (
    SELECT turns.*, people.id AS person, chains.chain, chains.holder AS end_holder, chains.team AS end_team,
           coalesce(people.name, turns.holder, CONCAT('team ', turns.team)) AS whose,
           CASE WHEN turns.turn = 'blocked' THEN 3
                WHEN turns.turn = 'nobody' OR (turns.holder IS NULL AND turns.team IS NULL) THEN 4
                ELSE 2 END                                                  AS place,
           CONCAT(chains.chain, ': ', chains.evidence, coalesce(', with ' || ends.name, ', with ' || chains.holder, '')) AS behind
    FROM turns
    LEFT JOIN people         ON people.id = turns.holder
    LEFT JOIN chains         ON chains.source = turns.source AND chains.repo = turns.repo
                            AND chains.number = turns.number AND turns."of" = 'issue'
    LEFT JOIN people AS ends ON ends.id = chains.holder
    WHERE turns.waiting_days <= $turn_most_days AND turns.turn <> 'checks'
)
SELECT live.source, live.repo, live."of", live.number, live.place,
       CASE live.place WHEN 2 THEN live.whose WHEN 3 THEN CONCAT(live.repo, ' ', live.number) ELSE live.repo END AS who,
       CASE WHEN live.place = 3                               THEN 'blocked'
            WHEN live.place = 4 AND live."of" = 'issue'       THEN 'issue'
            WHEN live.place = 4                               THEN 'change'
            WHEN live.turn IN ('reviewer', 'approver')        THEN 'review'
            WHEN live.turn = 'merger'                         THEN 'merge'
            WHEN live.turn = 'assignee'                       THEN 'assigned'
            WHEN live."of" = 'issue'                          THEN 'answer'
            ELSE                                                   'own' END     AS kind,
       live.title,
       CASE live.place WHEN 3 THEN live.behind
            ELSE CONCAT(live.title, ' (', live.repo, ' ', live.number, '): ', live.evidence) END AS why,
       coalesce(holding.team, asked.id, opening.team)                            AS team,
       live.since, live.moved_at
FROM live
LEFT JOIN person_teams AS holding ON holding.person = coalesce(live.person, live.end_holder)
LEFT JOIN person_teams AS opening ON opening.person = live.author_person AND live.place = 4
LEFT JOIN teams AS asked
       ON asked.id = CASE live.place WHEN 2 THEN CASE WHEN live.holder IS NULL THEN live.team END
                                     WHEN 3 THEN CASE WHEN live.end_holder IS NULL THEN live.end_team END END
