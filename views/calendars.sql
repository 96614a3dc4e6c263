-- kept: yes
--
-- Whose a calendar is, where that can be told. The first that fits:
--
-- 1. its source says so (`person`);
-- 2. it is called as one of their addresses, or as they are;
-- 3. they, and nobody else as often, are in nine of ten of its entries that say who is asked;
-- 4. `me` of the company is, or it is the only calendar there is, and nobody is in its entries.
--
-- A calendar of a team or of a room is nobody's.
WITH stored AS (
    SELECT source, calendar, uid, instance, organiser, attendees FROM meetings
),
each AS (
    SELECT source, calendar,
           count(*) FILTER (WHERE organiser IS NOT NULL OR array_length(attendees) > 0) AS telling,
           count(*) OVER ()                                                             AS calendars
    FROM stored
    GROUP BY source, calendar
),
names AS (
    SELECT email AS name, person FROM addresses WHERE is_declared AND NOT is_bot
    UNION ALL SELECT lower(id), id FROM people
    UNION ALL SELECT lower(name), id FROM people WHERE name IS NOT NULL
),
called AS (
    SELECT each.source, each.calendar, min(names.person) AS person
    FROM each
    JOIN names ON names.name = lower(each.calendar)
    GROUP BY each.source, each.calendar
    HAVING count(DISTINCT names.person) = 1
),
present AS (
    SELECT source, calendar, person, count(*) AS entries
    FROM (
        SELECT DISTINCT there.source, there.calendar, there.uid, there.instance, addresses.person
        FROM (SELECT source, calendar, uid, instance, organiser AS address FROM stored
              UNION ALL
              SELECT source, calendar, uid, instance, unnest(attendees) FROM stored) AS there
        JOIN addresses ON addresses.email = lower(there.address)
        WHERE addresses.is_declared AND NOT addresses.is_bot
    ) AS person_entries
    GROUP BY source, calendar, person
),
often AS (
    SELECT present.source, present.calendar, present.person,
           row_number() OVER (PARTITION BY present.source, present.calendar ORDER BY present.entries DESC)    AS place,
           lead(present.entries) OVER (PARTITION BY present.source, present.calendar ORDER BY present.entries DESC) AS next,
           present.person = (SELECT max(me) FROM company)                                                      AS is_me,
           present.entries, each.telling
    FROM present
    JOIN each ON each.source = present.source AND each.calendar = present.calendar
),
-- Where `me` and somebody else fit, it is whoever is there more often.
owned AS (
    SELECT source, calendar, first_value(person ORDER BY place, person) AS person
    FROM often
    WHERE entries >= $calendar_own_share * telling
      AND (is_me OR (place = 1 AND entries > coalesce(next, 0) AND telling >= $calendar_own_least))
    GROUP BY source, calendar
),
alone AS (
    SELECT source, calendar, (SELECT max(me) FROM company) AS person
    FROM each
    WHERE calendars = 1 AND telling = 0
)
SELECT each.source,
       each.calendar,
       coalesce(sources.person, called.person, owned.person, alone.person) AS person,
       CASE WHEN sources.person IS NOT NULL THEN 'source'
            WHEN called.person IS NOT NULL  THEN 'name'
            WHEN owned.person IS NOT NULL   THEN 'entries'
            WHEN alone.person IS NOT NULL   THEN 'only one' END            AS why
FROM each
LEFT JOIN sources ON sources.id = each.source
LEFT JOIN called  ON called.source = each.source AND called.calendar = each.calendar
LEFT JOIN owned   ON owned.source = each.source AND owned.calendar = each.calendar
LEFT JOIN alone   ON alone.source = each.source AND alone.calendar = each.calendar
