-- Meetings that a person may want to plan, each with the first hour at which they are free: a follow-up of
-- a single meeting of today after which something is open between those who were there (it waits, or is
-- promised; `preparations` says what such a thing is), and talks in pairs that are due by their own distance and have
-- no next date. Nothing where those who were there meet again anyway.
WITH over AS (
    SELECT own.person, own.uid, own.instance, own.title, own.minutes,
           array_distinct(array_append(coalesce(copies.attendees, []), copies.organiser)) AS attendees
    FROM attendances AS own
    JOIN meeting_copies AS copies ON copies.uid = own.uid AND copies.instance = own.instance
                                 AND copies.source = own.source AND copies.calendar = own.calendar
    WHERE own.day = current_date AND own.ends_at <= now() AND coalesce(own.attends, false)
      AND NOT own.is_recurring AND NOT own.is_private AND NOT own.is_all_day
      AND own.kind IN ('outward', 'one-to-one', 'team')
),
heads AS (
    SELECT over.person, over.uid, over.instance, asked.address, addresses.person AS other,
           coalesce(exactly.relation, domain.relation) AS relation
    FROM over
    JOIN (SELECT person, uid, instance, unnest(attendees) AS address FROM over) AS asked
      ON asked.person = over.person AND asked.uid = over.uid AND asked.instance = over.instance
    LEFT JOIN addresses                     ON addresses.email = asked.address
    LEFT JOIN relation_addresses AS exactly ON exactly.word = asked.address
    LEFT JOIN relation_addresses AS domain  ON domain.word = split_part(asked.address, '@', 2)
    WHERE asked.address IS NOT NULL AND coalesce(addresses.person, '') <> over.person
),
-- Those of them who meet the person again.
again AS (
    SELECT DISTINCT heads.person, heads.uid, heads.instance
    FROM heads
    JOIN attendances    AS next ON next.person = heads.person AND next.starts_at > now()
    JOIN meeting_copies AS copies ON copies.uid = next.uid AND copies.instance = next.instance
                                 AND copies.source = next.source AND copies.calendar = next.calendar
    WHERE array_has(copies.attendees, heads.address) AND next.people <= $meeting_large
),
open AS (
    SELECT heads.person, heads.uid, heads.instance, count(*) AS things
    FROM heads
    JOIN (
        SELECT person, coalesce(relation, lower(asker)) AS word FROM obligations WHERE kind = 'ask' AND "of" <> 'meeting'
        UNION ALL
        SELECT coalesce(todos.person, company.me), lower(todos."to")
        FROM todos CROSS JOIN (SELECT max(me) AS me FROM company) AS company
        WHERE todos.done IS NULL
        UNION ALL
        SELECT owner, "to" FROM commitments WHERE NOT coalesce(done, false)
    ) AS things ON things.person = heads.person AND things.word IN (heads.address, heads.other, heads.relation)
    GROUP BY heads.person, heads.uid, heads.instance
),
wanted AS (
    SELECT over.person, 'follow-up ' || over.uid AS key, 'Follow-up: ' || coalesce(over.title, 'our meeting') AS title,
           open.things || CASE open.things WHEN 1 THEN ' thing is' ELSE ' things are' END || ' open with who was there' AS why,
           over.attendees, least(greatest(over.minutes, 15), 60) AS minutes
    FROM over
    JOIN open       ON open.person = over.person AND open.uid = over.uid AND open.instance = over.instance
    LEFT JOIN again ON again.person = over.person AND again.uid = over.uid AND again.instance = over.instance
    WHERE again.person IS NULL
    UNION ALL
    SELECT talks.manager, CONCAT('talk ', talks.manager, ' ', talks.report), CONCAT(coalesce(people.name, people.id), ' and you'),
           CONCAT('the last talk was on ', talks.last_day, ', usually every ', talks.every_days, ' days, and none is planned'),
           coalesce(people.mails, []), 30
    FROM one_to_ones AS talks
    JOIN people ON people.id = talks.report AND (people."left" IS NULL OR people."left" >= current_date)
    WHERE talks.next_day IS NULL AND talks.every_days IS NOT NULL
      AND current_date - talks.last_day >= talks.every_days
      AND current_date - talks.last_day <= 91
),
slots AS (
    SELECT wanted.person, wanted.key, min(free_blocks.starts_at) AS starts_at
    FROM wanted
    JOIN free_blocks ON free_blocks.person = wanted.person
    WHERE free_blocks.day > current_date AND free_blocks.minutes >= wanted.minutes
    GROUP BY wanted.person, wanted.key
)
SELECT wanted.person,
       wanted.key,
       wanted.title,
       wanted.why,
       wanted.attendees,
       wanted.minutes,
       slots.starts_at
FROM wanted
LEFT JOIN slots ON slots.person = wanted.person AND slots.key = wanted.key
