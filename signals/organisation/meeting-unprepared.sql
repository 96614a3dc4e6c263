-- signal: meeting-unprepared
-- duty: focus-time
-- asks: send what shall be decided a day before, or meet half as often
-- says: nothing was prepared for any of the last {times} times of {title}, which {name} calls for {others} others; next on {at}
-- folds: {count} series of {name} are never prepared
-- price: waits
-- patience: 10d
-- minutes: 10
-- audience: person
-- needs: SELECT 1 FROM prepared_meetings LIMIT 1
-- declare: a source of kind `calendar` in which some meetings are seen to be prepared: in the entry, by mail or in the chat
-- first: is it prepared somewhere that is not read?
--
-- Looked at: series of three or more people that the person called, that took place four times or more in the last
-- quarter and go on, and for none of which anything was seen to be prepared: no entry with a text of
-- its own, no mail and no word in the chat that names it in the days before. Speaks only where
-- such signs are seen for other series that the same person goes to, for else it is done where nothing is read; and not about
-- short ones, which are there to meet.
WITH held AS (
    SELECT person, uid,
           count(*)                                          AS times,
           last_value(title  ORDER BY starts_at)             AS title,
           last_value(people ORDER BY starts_at)             AS people
    FROM attendances
    WHERE is_organiser AND is_recurring AND NOT is_private AND NOT is_all_day
      AND people >= $purpose_people AND minutes >= $purpose_minutes
      AND day >= current_date - $quarter_days AND ends_at <= now()
    GROUP BY person, uid
    HAVING count(*) >= $unprepared_times
),
visible AS (
    SELECT DISTINCT attendances.person
    FROM attendances
    JOIN prepared_meetings ON prepared_meetings.uid = attendances.uid AND prepared_meetings.instance = attendances.instance
),
prepared AS (
    SELECT DISTINCT uid FROM prepared_meetings
),
ahead AS (
    SELECT person, uid, day, clock, url, row_number() OVER (PARTITION BY person, uid ORDER BY starts_at) AS place
    FROM attendances
    WHERE is_organiser AND starts_at > now()
)
SELECT CONCAT(held.person, ' unprepared ', held.uid)                      AS subject,
       held.person                                                       AS owner,
       CAST(NULL AS DATE)                                                AS since,
       CAST(held.people - 1 AS DOUBLE)                                   AS people,
       CAST($purpose_share AS DOUBLE)                                    AS share,
       coalesce(held.title, 'a series')                                  AS title,
       held.times                                                        AS times,
       coalesce(people.name, people.id)                                  AS name,
       held.people - 1                                                   AS others,
       CONCAT_WS(' ', to_char(ahead.day, '%a'), ahead.day, ahead.clock)  AS at,
       ahead.url                                                         AS url
FROM held
JOIN people        ON people.id = held.person AND (people."left" IS NULL OR people."left" >= current_date)
JOIN visible       ON visible.person = held.person
JOIN ahead         ON ahead.person = held.person AND ahead.uid = held.uid AND ahead.place = 1
LEFT JOIN prepared ON prepared.uid = held.uid
WHERE prepared.uid IS NULL
