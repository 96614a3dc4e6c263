-- What somebody may want to know before a meeting: one row for each person, meeting of the next two weeks
-- that they go to (or are asked to and have not declined), and thing to know.
--
-- part          one row for each                                                             since
-- who           other person who is asked, with their answer                                 -
-- they-wait     thing that one of them, or of their relation, has no answer of the reader to  asked
-- you-wait      thing that the reader has no answer of one of them to                        asked
-- promised      open promise between the reader or their company, and one of them            due
-- decision      proposed record or one to be looked at again, of the reader or one of them   its day
-- moved         project that the meeting is about, with what landed since the last time      last time
--
-- A meeting is about the projects of a relation that is there; where none is, of those there who lead or
-- work on one together with the reader. The last time is the instance of the same series that was over last, else two
-- weeks ago. Nothing is told of an entry that any calendar calls private but its time.
-- `starts_at` goes through all of it, so that who asks for today's looks at today's alone.
WITH
coming AS (
    SELECT person, uid, instance, source, calendar, starts_at
    FROM attendances
    WHERE ends_at > now() AND starts_at < current_date + 15
      AND (coalesce(attends, false) OR coalesce(answer = 'unanswered', false)) AND NOT is_all_day AND invited > 1 AND NOT is_private
),
before AS (
    SELECT person, uid, max(ends_at) AS at
    FROM attendances
    WHERE coalesce(attends, false) AND ends_at <= now() AND is_recurring
    GROUP BY person, uid
),
asked AS (
    SELECT coming.person, coming.uid, coming.instance, coming.starts_at, copies.accepted, copies.declined, copies.tentative,
           unnest(array_distinct(array_append(coalesce(copies.attendees, []), copies.organiser))) AS address
    FROM coming
    JOIN meeting_copies AS copies ON copies.uid = coming.uid AND copies.instance = coming.instance
                                 AND copies.source = coming.source AND copies.calendar = coming.calendar
),
others AS (
    SELECT asked.person, asked.uid, asked.instance, asked.starts_at, asked.address,
           CASE WHEN addresses.is_declared THEN addresses.person END     AS other,
           coalesce(addresses.person_name, asked.address)                AS name,
           coalesce(exactly.relation, domain.relation)                   AS relation,
           CASE WHEN array_has(asked.accepted, asked.address)  THEN 'comes'
                WHEN array_has(asked.declined, asked.address)  THEN 'does not come'
                WHEN array_has(asked.tentative, asked.address) THEN 'may come' END AS answer
    FROM asked
    LEFT JOIN addresses                     ON addresses.email = asked.address
    LEFT JOIN relation_addresses AS exactly ON exactly.word = asked.address
    LEFT JOIN relation_addresses AS domain  ON domain.word = split_part(asked.address, '@', 2)
    WHERE asked.address IS NOT NULL AND NOT coalesce(addresses.is_bot, false)
      AND asked.person IS DISTINCT FROM CASE WHEN addresses.is_declared THEN addresses.person END
),
-- Of who does not come nothing more is told.
present AS (
    SELECT * FROM others WHERE answer IS DISTINCT FROM 'does not come'
),
-- Everything that one of those there may be called: an address, a person, a login, a relation.
words AS (
    SELECT DISTINCT person, uid, instance, starts_at, name, word
    FROM (
        SELECT person, uid, instance, starts_at, name, lower(address) AS word FROM present AS others
        UNION ALL
        SELECT person, uid, instance, starts_at, name, lower(other) FROM present AS others WHERE other IS NOT NULL
        UNION ALL
        SELECT others.person, others.uid, others.instance, others.starts_at, others.name, declared_logins.login
        FROM present AS others
        JOIN declared_logins ON declared_logins.person = others.other
    ) AS every
),
sides AS (
    SELECT DISTINCT person, uid, instance, starts_at, relation FROM present AS others WHERE relation IS NOT NULL
),
selves AS (
    SELECT person, lower(word) AS word
    FROM (SELECT id AS person, id AS word FROM people
          UNION ALL SELECT person, login FROM declared_logins
          UNION ALL SELECT person, email FROM addresses WHERE is_declared) AS every
    GROUP BY person, lower(word)
),
waits AS (
    SELECT words.person, words.uid, words.instance, words.starts_at, owed.source, owed.number, words.name AS whom,
           owed.sentence, owed.title, owed.since, owed.url
    FROM words
    JOIN obligations AS owed ON owed.person = words.person AND lower(owed.asker) = words.word
    WHERE owed.kind = 'ask' AND owed."of" <> 'meeting'
    UNION ALL
    SELECT sides.person, sides.uid, sides.instance, sides.starts_at, owed.source, owed.number, owed.asker_name,
           owed.sentence, owed.title, owed.since, owed.url
    FROM sides
    JOIN obligations AS owed ON owed.person = sides.person AND owed.relation = sides.relation
    WHERE owed.kind = 'ask' AND owed."of" <> 'meeting'
),
promises AS (
    SELECT others.person, others.uid, others.instance, others.starts_at, 'you, to ' || others.name AS who, todos.id,
           coalesce(todos.title, todos.id) AS title, todos.due, CAST(NULL AS VARCHAR) AS url
    FROM present AS others
    JOIN todos ON lower(todos."to") = lower(others.other)
    WHERE todos.done IS NULL AND coalesce(todos.person, (SELECT max(me) FROM company)) = others.person
    UNION ALL
    SELECT others.person, others.uid, others.instance, others.starts_at, others.name || ', to you', todos.id,
           coalesce(todos.title, todos.id), todos.due, NULL
    FROM present AS others
    JOIN todos ON todos.person = others.other
    WHERE todos.done IS NULL AND todos."to" = others.person
    UNION ALL
    SELECT sides.person, sides.uid, sides.instance, sides.starts_at, 'you, to ' || coalesce(relations.name, relations.id), todos.id,
           coalesce(todos.title, todos.id), todos.due, NULL
    FROM sides
    JOIN relations ON relations.id = sides.relation
    JOIN todos     ON todos."to" = sides.relation
    WHERE todos.done IS NULL AND coalesce(todos.person, (SELECT max(me) FROM company)) = sides.person
    UNION ALL
    SELECT sides.person, sides.uid, sides.instance, sides.starts_at,
           coalesce(people.name, promised.owner, 'we') || ', to ' || coalesce(relations.name, relations.id), promised.id,
           coalesce(promised.title, promised.id), promised.due, NULL
    FROM sides
    JOIN relations               ON relations.id = sides.relation
    JOIN commitments AS promised ON promised."to" = sides.relation
    LEFT JOIN people             ON people.id = promised.owner
    WHERE NOT coalesce(promised.done, false)
),
choices AS (
    SELECT heads.person, heads.uid, heads.instance, heads.starts_at, decisions.id, coalesce(decisions.title, decisions.id) AS title,
           decisions.status, coalesce(TRY_CAST(decisions.revisit AS DATE), decisions.date) AS day,
           coalesce(people.name, decisions.owner) AS whom
    FROM (
        SELECT person, uid, instance, starts_at, other AS head FROM present AS others WHERE other IS NOT NULL
        UNION
        SELECT person, uid, instance, starts_at, person AS head FROM present AS others
    ) AS heads
    JOIN decisions   ON decisions.owner = heads.head
    LEFT JOIN people ON people.id = decisions.owner
    WHERE decisions.status IN ('draft', 'proposed')
       OR TRY_CAST(decisions.revisit AS DATE) <= current_date + 14
),
-- Who stands for a project: its client, or those who lead it or work on it.
crews AS (
    SELECT id AS project, lead AS member FROM projects WHERE lead IS NOT NULL
    UNION
    SELECT id, unnest(people) FROM projects
    UNION
    SELECT projects.id, teams.lead FROM projects JOIN teams ON teams.id = projects.team WHERE teams.lead IS NOT NULL
),
subjects AS (
    SELECT sides.person, sides.uid, sides.instance, sides.starts_at, projects.id AS project
    FROM sides
    JOIN projects ON projects.client = sides.relation
    UNION
    SELECT others.person, others.uid, others.instance, others.starts_at, theirs.project
    FROM present AS others
    JOIN crews AS theirs ON theirs.member = others.other
    JOIN crews AS own    ON own.project = theirs.project AND own.member = others.person
    LEFT JOIN sides      ON sides.person = others.person AND sides.uid = others.uid AND sides.instance = others.instance
    WHERE sides.person IS NULL
),
lasts AS (
    SELECT subjects.person, subjects.uid, subjects.instance, subjects.starts_at, subjects.project,
           coalesce(before.at, arrow_cast(current_date - 14, 'Timestamp(Microsecond, Some("UTC"))')) AS last
    FROM subjects
    JOIN projects    ON projects.id = subjects.project
    LEFT JOIN before ON before.person = subjects.person AND before.uid = subjects.uid
    WHERE coalesce(projects.status, 'active') IN ('proposed', 'active', 'paused')
),
landed AS (
    SELECT lasts.person, lasts.uid, lasts.instance, lasts.starts_at, lasts.project, count(DISTINCT changes.id) AS changes
    FROM lasts
    JOIN (SELECT DISTINCT id, repo FROM areas WHERE kind = 'project') AS places ON places.id = lasts.project
    JOIN landed_changes AS changes ON changes.repo = places.repo
    WHERE changes.landed_at > lasts.last AND NOT changes.is_bot
    GROUP BY lasts.person, lasts.uid, lasts.instance, lasts.starts_at, lasts.project
),
work AS (
    SELECT project, count(*) AS tasks, count(CASE WHEN done THEN 1 END) AS finished FROM tasks GROUP BY project
),
told AS (
    SELECT person, uid, instance, starts_at, 1 AS place, 'who' AS part, max(others.name) AS subject,
           concat_ws(', ', max(coalesce(relations.name, relations.id)), coalesce(max(answer), 'no answer')) AS words,
           arrow_cast(NULL, 'Timestamp(Microsecond, Some("UTC"))') AS since, CAST(NULL AS DATE) AS due, CAST(NULL AS VARCHAR) AS url
    FROM others
    LEFT JOIN relations ON relations.id = others.relation
    GROUP BY person, uid, instance, starts_at, coalesce(other, address)
    UNION ALL
    SELECT person, uid, instance, starts_at, 2, 'they-wait', max(whom), max(coalesce(sentence, title, 'without a subject')), min(since), NULL, max(url)
    FROM waits
    GROUP BY person, uid, instance, starts_at, source, number
    UNION ALL
    SELECT words.person, words.uid, words.instance, words.starts_at, 3, 'you-wait', max(words.name),
           max(coalesce(owed.sentence, owed.title, 'without a subject')), min(owed.since), NULL, max(owed.url)
    FROM words
    JOIN obligations AS owed ON owed.person = words.word
    JOIN selves              ON selves.person = words.person AND selves.word = lower(owed.asker)
    WHERE owed.kind = 'ask' AND owed."of" <> 'meeting'
    GROUP BY words.person, words.uid, words.instance, words.starts_at, owed.source, owed.repo, owed.number
    UNION ALL
    SELECT person, uid, instance, starts_at, 4, 'promised', max(who), max(title), NULL, min(due), max(url)
    FROM promises
    GROUP BY person, uid, instance, starts_at, id
    UNION ALL
    SELECT person, uid, instance, starts_at, 5, 'decision', max(whom),
           max(title || CASE WHEN status IN ('draft', 'proposed') THEN ' (' || status || ')' ELSE ' (to be looked at again)' END),
           NULL, min(day), NULL
    FROM choices
    GROUP BY person, uid, instance, starts_at, id
    UNION ALL
    SELECT lasts.person, lasts.uid, lasts.instance, lasts.starts_at, 6, 'moved', coalesce(projects.name, projects.id),
           concat_ws(', ',
               CASE coalesce(landed.changes, 0) WHEN 0 THEN 'no change landed' WHEN 1 THEN '1 change landed'
                    ELSE landed.changes || ' changes landed' END,
               CASE WHEN work.tasks > 0 THEN work.finished || ' of ' || work.tasks || ' tasks done' END,
               CASE WHEN projects.deadline IS NOT NULL THEN 'due ' || projects.deadline END),
           lasts.last, NULL, NULL
    FROM lasts
    JOIN projects    ON projects.id = lasts.project
    LEFT JOIN landed ON landed.person = lasts.person AND landed.uid = lasts.uid AND landed.instance = lasts.instance
                    AND landed.project = lasts.project
    LEFT JOIN work   ON work.project = lasts.project
)
SELECT told.person,
       told.uid,
       told.instance,
       told.starts_at,
       told.place,
       told.part,
       told.subject,
       told.words,
       told.since,
       told.due,
       told.url
FROM told
