-- signal: invitation-unanswered
-- duty: meetings
-- asks: say yes or no
-- says: {title} on {at} has no answer; {whom} asked
-- folds: {count} invitations for the coming days have no answer
-- price: waits
-- patience: 2d
-- minutes: 2
-- audience: person
-- needs: SELECT 1 FROM meetings WHERE array_length(unanswered) > 0 LIMIT 1
-- declare: a source of kind `calendar` whose entries say who answered
-- first: would anything be missing without them?
--
-- Looked at: entries of the coming days that ask the person for an answer and have none, a series once. Left
-- out: large ones, for nobody counts heads there; what nobody is known to have called; and series
-- that have run for a month, for whoever came that long has answered.
WITH series AS (
    SELECT person, uid, min(starts_at) AS first_at FROM attendances GROUP BY person, uid
),
ahead AS (
    SELECT asked.*, row_number() OVER (PARTITION BY asked.person, asked.uid ORDER BY asked.starts_at) AS place
    FROM attendances AS asked
    JOIN people ON people.id = asked.person
    JOIN series ON series.person = asked.person AND series.uid = asked.uid
    WHERE asked.answer = 'unanswered'
      AND NOT asked.is_organiser
      AND asked.organiser IS NOT NULL
      AND asked.people <= $meeting_large
      AND asked.starts_at > now()
      AND asked.day <= current_date + $invitation_days
      AND series.first_at > current_date - $invitation_settled_days
      AND (people."left" IS NULL OR people."left" >= asked.day)
)
SELECT CONCAT(ahead.person, ' invitation ', ahead.uid)                AS subject,
       ahead.person                                                   AS owner,
       ahead.observed_at                                              AS since,
       CAST(1 AS DOUBLE)                                              AS people,
       CAST($invitation_share AS DOUBLE)                              AS share,
       ahead.day                                                      AS deadline,
       coalesce(ahead.title, 'an entry')                              AS title,
       CONCAT_WS(' ', to_char(ahead.day, '%a'), ahead.day, ahead.clock) AS at,
       coalesce(people.name, people.id, ahead.organiser)              AS whom,
       ahead.url                                                      AS url
FROM ahead
LEFT JOIN people ON people.id = ahead.organiser_person
WHERE ahead.place = 1
