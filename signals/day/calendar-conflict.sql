-- signal: calendar-conflict
-- duty: meetings
-- asks: choose one, and tell the other today
-- says: {earlier} and {later} are both on {at}, {minutes} minutes of them at once
-- folds: {count} pairs of meetings of the coming days are at once
-- price: waits
-- patience: 1d
-- minutes: 5
-- audience: person
-- needs: SELECT 1 FROM meetings LIMIT 1
-- declare: a source of kind `calendar`
-- first: which of them can go on without them?
--
-- Looked at: meetings of the next days with others that the person has said yes to, called, or has in
-- their own calendar without an answer told, where two overlap by more than what being late costs. A
-- pair of series is one row. The same entry in a second calendar is no conflict, nor is what stands
-- there as free, is of all day, or is nobody else's.
WITH ahead AS (
    SELECT attendances.*
    FROM attendances
    JOIN people ON people.id = attendances.person
    WHERE takes_time
      AND coalesce(answer, 'accepted') = 'accepted'
      AND kind <> 'alone'
      AND starts_at > now()
      AND day <= current_date + $conflict_days
      AND (people."left" IS NULL OR people."left" >= day)
),
pairs AS (
    SELECT one.person, one.uid AS one_uid, two.uid AS two_uid,
           one.title AS one_title, two.title AS two_title, two.day, two.clock, two.starts_at,
           least(one.people, two.people) AS people,
           (CAST(least(one.ends_at, two.ends_at) AS BIGINT) - CAST(two.starts_at AS BIGINT)) / 60000000 AS minutes
    FROM ahead AS one
    JOIN ahead AS two ON two.person = one.person
                     AND (one.starts_at < two.starts_at OR (one.starts_at = two.starts_at AND one.uid < two.uid))
                     AND two.starts_at < one.ends_at
    WHERE one.uid <> two.uid
      AND NOT (one.starts_at = two.starts_at AND one.ends_at = two.ends_at
               AND coalesce(one.title, '') = coalesce(two.title, ''))
),
firsts AS (
    SELECT pairs.*,
           row_number() OVER (PARTITION BY person, least(one_uid, two_uid), greatest(one_uid, two_uid)
                              ORDER BY starts_at) AS place
    FROM pairs
    WHERE minutes >= $conflict_minutes
)
SELECT CONCAT_WS(' ', person, 'conflict', least(one_uid, two_uid), greatest(one_uid, two_uid)) AS subject,
       person                                                  AS owner,
       CAST(NULL AS DATE)                                      AS since,
       CAST(people - 1 AS DOUBLE)                              AS people,
       CAST($conflict_share AS DOUBLE)                         AS share,
       day                                                     AS deadline,
       coalesce(one_title, 'an entry')                         AS earlier,
       coalesce(two_title, 'an entry')                         AS later,
       CONCAT_WS(' ', to_char(day, '%a'), day, clock)          AS at,
       minutes                                                 AS minutes
FROM firsts
WHERE place = 1
