-- signal: last-knower-going
-- duty: exits
-- asks: name who takes these files over, and sit together before the last day
-- says: {who} {goes}, and nobody who stays knows {files} of {repo}, among them {example}
-- price: forgets
-- patience: 5d
-- minutes: 90
-- audience: line
-- needs: SELECT 1 FROM people WHERE "left" IS NOT NULL UNION ALL SELECT 1 FROM absences LIMIT 1
-- declare: people with their last day, and absences
-- first: what of it will be changed within the next three months?
--
-- Looked at: people who leave within the time given, who left within the last half year, or who
-- are away for a week or more from within 30 days on; and the files of a program that they know
-- and nobody else who stays does. It speaks from three files on, or for one that is hot.
-- Repositories of a declared project or service are left to the signal about its cover when
-- somebody is only away: the same absence is not told twice.
--
-- The nearer the last day, the more a day's waiting costs: what can be handed over in the days
-- that are left. After it, knowledge fades slowly, and only the code is left to ask.
WITH leaving AS (
    SELECT id AS person, coalesce(name, id) AS who, "left" AS day, 'leaves' AS how
    FROM people
    WHERE "left" BETWEEN current_date - $gone_days AND current_date + $leaving_days
      AND NOT coalesce(is_bot, false)
),
away AS (
    SELECT absences.person, coalesce(people.name, people.id) AS who, absences."from" AS day, 'away' AS how
    FROM absences
    JOIN people       ON people.id = absences.person AND people."left" IS NULL
    WHERE absences."from" <= current_date + $absence_days
      AND coalesce(absences."to", current_date + 365) >= current_date
      AND coalesce(absences."to", current_date + 365) - absences."from" >= $absence_least
),
going AS (
    SELECT person, who, day, how FROM leaving
    UNION ALL
    SELECT away.person, min(away.who), min(away.day), 'away' FROM away GROUP BY away.person
),
covered AS (
    SELECT DISTINCT repo FROM areas WHERE kind IN ('project', 'service')
),
theirs AS (
    SELECT going.person, going.who, going.day, going.how,
           knowers.source, knowers.repo, knowers.path
    FROM going
    JOIN knowers      ON knowers.person = going.person
    JOIN code_files   ON code_files.source = knowers.source
                     AND code_files.repo = knowers.repo
                     AND code_files.path = knowers.path
    LEFT JOIN covered ON covered.repo = knowers.repo
    WHERE going.how = 'leaves' OR covered.repo IS NULL
),
staying AS (
    SELECT knowers.source, knowers.repo, knowers.path
    FROM knowers
    JOIN people     ON people.id = knowers.person
    LEFT JOIN going ON going.person = knowers.person
    WHERE going.person IS NULL
      AND (people."left" IS NULL OR people."left" > current_date)
    GROUP BY knowers.source, knowers.repo, knowers.path
),
lost AS (
    SELECT theirs.person, theirs.who, theirs.how, theirs.day, theirs.source, theirs.repo,
           count(*)                                                          AS files,
           count(hotspots.path)                                              AS hot,
           first_value(theirs.path ORDER BY coalesce(hotspots.rank, 1000000), theirs.path) AS example
    FROM theirs
    LEFT JOIN staying  ON staying.source = theirs.source
                      AND staying.repo = theirs.repo
                      AND staying.path = theirs.path
    LEFT JOIN hotspots ON hotspots.source = theirs.source
                      AND hotspots.repo = theirs.repo
                      AND hotspots.path = theirs.path
                      AND hotspots.quarter = 0
                      AND hotspots.is_hot
    WHERE staying.path IS NULL
    GROUP BY theirs.person, theirs.who, theirs.how, theirs.day, theirs.source, theirs.repo
    HAVING count(*) >= $handover_files OR count(hotspots.path) > 0
)
SELECT lost.person || ' in ' || lost.repo                                   AS subject,
       CAST(NULL AS VARCHAR)                                                AS owner,
       CASE lost.how WHEN 'leaves' THEN lost.day - $leaving_days
                     ELSE lost.day - $absence_days END                      AS since,
       CASE WHEN lost.how = 'away'       THEN CAST($absence_need_per_day AS DOUBLE)
            WHEN lost.day < current_date THEN CAST($fading_per_day AS DOUBLE)
            ELSE 1.0 / greatest(lost.day - current_date, 10)
       END                                                                  AS probability_per_day,
       CASE lost.how WHEN 'away' THEN CAST($relearn_absence_days AS DOUBLE)
            ELSE least(lost.files * CAST($relearn_file_days AS DOUBLE)
                       + lost.hot * CAST($relearn_hot_file_days AS DOUBLE), $relearn_most_days)
       END                                                                  AS relearn_days,
       CASE WHEN lost.day >= current_date THEN lost.day END                 AS deadline,
       lost.repo                                                            AS repo,
       lost.person                                                          AS person,
       lost.who                                                             AS who,
       CASE WHEN lost.how = 'away' AND lost.day <= current_date THEN 'is away since ' || lost.day
            WHEN lost.how = 'away'                              THEN 'is away from ' || lost.day
            WHEN lost.day < current_date                        THEN 'left on ' || lost.day
            ELSE                                                     'leaves on ' || lost.day
       END                                                                  AS goes,
       CASE lost.files WHEN 1 THEN '1 file' ELSE lost.files || ' files' END AS files,
       lost.example                                                         AS example
FROM lost
