-- signal: meeting-without-purpose
-- duty: focus-time
-- asks: write into it what shall be decided or known at its end, or call it off
-- says: {title} on {at}, to which {name} asked {others} others{series}, does not say what it is for
-- folds: {count} meetings that {name} called do not say what they are for
-- price: waits
-- patience: 5d
-- minutes: 5
-- audience: person
-- needs: SELECT 1 FROM meetings WHERE text IS NOT NULL LIMIT 1
-- declare: a source of kind `calendar` that tells descriptions
-- first: what would be missing if it did not take place?
--
-- Looked at: meetings of the coming days that the person called, of three or more and half an hour or more, whose
-- description holds nothing but how to dial in; a series once. A title is no purpose. Silent about
-- entries that any calendar calls private, and about calendars in which no entry has a description: those
-- do not publish them.
WITH ahead AS (
    SELECT attendances.*, row_number() OVER (PARTITION BY person, uid ORDER BY starts_at) AS place
    FROM attendances
    WHERE is_organiser
      AND NOT says_purpose
      AND coalesce(answer, 'accepted') <> 'declined'
      AND NOT is_private AND NOT is_all_day
      AND people >= $purpose_people
      AND minutes >= $purpose_minutes
      AND starts_at > now()
      AND day <= current_date + $purpose_days
)
SELECT CONCAT(ahead.person, ' purpose ', ahead.uid)                      AS subject,
       ahead.person                                                      AS owner,
       CAST(NULL AS DATE)                                                AS since,
       CAST(ahead.people - 1 AS DOUBLE)                                  AS people,
       CAST($purpose_share AS DOUBLE)                                    AS share,
       coalesce(ahead.title, 'a meeting')                                AS title,
       CONCAT_WS(' ', to_char(ahead.day, '%a'), ahead.day, ahead.clock)  AS at,
       coalesce(people.name, people.id)                                  AS name,
       ahead.people - 1                                                  AS others,
       CASE WHEN ahead.is_recurring THEN ' again and again' ELSE '' END  AS series,
       ahead.url                                                         AS url
FROM ahead
JOIN people ON people.id = ahead.person
WHERE ahead.place = 1 AND (people."left" IS NULL OR people."left" >= current_date)
