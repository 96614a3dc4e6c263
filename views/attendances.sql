-- kept: yes
--
-- Who goes to which meeting: a row for each declared person and each instance of a meeting that they are
-- asked to, called, or have in a calendar of their own, of about a year back and ahead.
--
-- What the person's own calendar says goes before what another's says, then the newer word. Cancelled
-- ones are left out. A title or purpose is told only where no calendar calls the entry private.
--
-- `answer` is null where no answer is told. They attend (`attends`) where they said yes or perhaps,
-- called it, or where it stands in their own calendar and no answer is told; null where that is
-- unknown. `takes_time`: they attend, it is no day but hours, and it does not stand there as free.
--
--     kind        the first that fits
--     alone       nobody else is asked
--     outward     somebody is asked who is not of the company
--     large       more than `meeting_large` are asked and have not declined
--     one-to-one  two are asked
--     team        all others
--
-- Of the company is who is declared, and whoever has an address at a domain of the declared people's
-- that is no public one; an address or domain of a relation's never is.
WITH
purposes AS (
    SELECT uid, bool_or(purposeful) AS says_purpose FROM meeting_chiefs GROUP BY uid
),
chief_copies AS (
    SELECT entries.*
    FROM meeting_copies AS entries
    JOIN meeting_chiefs AS chiefs ON chiefs.uid = entries.uid AND chiefs.instance = entries.instance
               AND chiefs.source = entries.source AND chiefs.calendar = entries.calendar
),
voices AS (
    SELECT uid, instance, address, NULL AS owner, false AS called,
           CASE WHEN array_has(accepted, address)   THEN 1
                WHEN array_has(tentative, address)  THEN 2
                WHEN array_has(declined, address)   THEN 3
                WHEN array_has(unanswered, address) THEN 4 END AS said
    FROM (SELECT uid, instance, accepted, tentative, declined, unanswered,
                 unnest(attendees) AS address FROM chief_copies) AS asked
    UNION ALL
    SELECT uid, instance, organiser, NULL, true, NULL FROM chief_copies WHERE organiser IS NOT NULL
    UNION ALL
    SELECT uid, instance, NULL, owner, false, NULL FROM meeting_owners
),
ours AS (
    SELECT DISTINCT lower(split_part(own.mail, '@', 2)) AS domain
    FROM (SELECT unnest(mails) AS mail FROM people) AS own
    WHERE NOT regexp_like(lower(split_part(own.mail, '@', 2)), '^(gmail|googlemail|outlook|hotmail|live|msn|icloud|me|mac|yahoo|aol|proton|protonmail|pm|gmx|web|posteo|mailbox|fastmail|bluewin|free|orange|users\.noreply\.github)\.([a-z.]+)$')
),
whose AS (
    SELECT voices.*,
           CASE WHEN voices.owner IS NOT NULL THEN voices.owner
                WHEN addresses.is_declared THEN addresses.person END     AS person,
           coalesce(voices.owner, addresses.person, voices.address)      AS head,
           coalesce(addresses.is_bot, false)                             AS is_robot,
           CASE WHEN voices.owner IS NOT NULL                                   THEN false
                WHEN exactly.word IS NOT NULL OR theirs.word IS NOT NULL        THEN true
                WHEN addresses.is_declared                                      THEN false
                ELSE ours.domain IS NULL END                             AS is_outside
    FROM voices
    LEFT JOIN addresses                  ON addresses.email = voices.address
    LEFT JOIN relation_addresses AS exactly ON exactly.word = voices.address
    LEFT JOIN relation_addresses AS theirs  ON theirs.word = split_part(voices.address, '@', 2)
    LEFT JOIN ours                       ON ours.domain = split_part(voices.address, '@', 2)
),
heads AS (
    SELECT uid, instance, head,
           max(person)         AS person,
           bool_or(called)     AS is_organiser,
           min(said)           AS said,
           bool_or(is_outside) AS is_outside
    FROM whose
    WHERE NOT is_robot
    GROUP BY uid, instance, head
),
said AS (
    SELECT heads.uid, heads.instance, heads.person, heads.is_organiser, heads.is_outside,
           coalesce(own.said, heads.said) AS said, own.source IS NOT NULL AS is_own,
           coalesce(own.source, chief.source) AS source, coalesce(own.calendar, chief.calendar) AS calendar
    FROM heads
    JOIN meeting_chiefs AS chief ON chief.uid = heads.uid AND chief.instance = heads.instance
    LEFT JOIN meeting_owners AS own ON own.owner = heads.person AND own.uid = heads.uid AND own.instance = heads.instance
),
counted AS (
    SELECT said.*,
           count(*) OVER same                                           AS invited,
           count(CASE WHEN coalesce(said, 0) <> 3 THEN 1 END) OVER same AS people,
           count(CASE WHEN is_outside THEN 1 END) OVER same             AS outsiders,
           max(CASE WHEN is_organiser THEN person END) OVER same        AS organiser_person
    FROM said
    WINDOW same AS (PARTITION BY uid, instance)
),
told AS (
    SELECT counted.person, entries.uid, entries.instance, entries.source, entries.calendar,
           entries.title,
           entries.is_private, entries.organiser, counted.organiser_person, counted.is_organiser,
           CASE counted.said WHEN 1 THEN 'accepted' WHEN 2 THEN 'tentative'
                             WHEN 3 THEN 'declined' WHEN 4 THEN 'unanswered' END AS answer,
           counted.is_own,
           entries.status, entries.busy, entries.starts_at, entries.ends_at, entries.is_all_day, entries.first_day,
           entries.is_recurring, entries.is_moved, entries.url, entries.observed_at,
           counted.invited, counted.people, counted.outsiders,
           CASE WHEN NOT entries.is_private THEN purposes.says_purpose END       AS says_purpose
    FROM counted
    JOIN meeting_copies AS entries ON entries.uid = counted.uid AND entries.instance = counted.instance
                AND entries.source = counted.source AND entries.calendar = counted.calendar
    JOIN purposes ON purposes.uid = counted.uid
    WHERE counted.person IS NOT NULL
),
answered AS (
    SELECT told.*,
           CASE WHEN answer IN ('accepted', 'tentative') OR is_organiser AND answer IS NULL THEN true
                WHEN answer IN ('declined', 'unanswered')                                   THEN false
                WHEN is_own                                                                 THEN true END AS attends,
           arrow_cast(CAST(told.starts_at AS BIGINT) + coalesce(clocks.ahead, 0) * 60000000,
                      'Timestamp(Microsecond, None)')                                                     AS local
    FROM told
    JOIN people      ON people.id = told.person
    LEFT JOIN clocks ON clocks.zone = coalesce(people.timezone, (SELECT max(timezone) FROM company), 'UTC')
                    AND clocks.day = CAST(told.starts_at AS DATE)
    WHERE told.status <> 'cancelled' AND NOT coalesce(people.is_bot, false)
)
SELECT answered.person,
       answered.uid,
       answered.instance,
       answered.title,
       answered.is_private,
       answered.organiser,
       answered.organiser_person,
       answered.is_organiser,
       answered.answer,
       answered.attends,
       coalesce(answered.attends, false) AND answered.busy AND NOT answered.is_all_day  AS takes_time,
       answered.busy,
       answered.is_own,
       answered.starts_at,
       answered.ends_at,
       answered.is_all_day,
       -- Day and hour of their own clocks.
       CASE WHEN answered.is_all_day THEN coalesce(answered.first_day, CAST(answered.local AS DATE))
            ELSE CAST(answered.local AS DATE) END                                              AS day,
       CASE WHEN NOT answered.is_all_day THEN to_char(answered.local, '%H:%M') END             AS clock,
       greatest((CAST(answered.ends_at AS BIGINT) - CAST(answered.starts_at AS BIGINT)) / 60000000, 0) AS minutes,
       answered.is_recurring,
       answered.is_moved,
       answered.invited,
       answered.people,
       answered.outsiders,
       CASE WHEN answered.invited < 2                THEN 'alone'
            WHEN answered.outsiders > 0              THEN 'outward'
            WHEN answered.people > $meeting_large    THEN 'large'
            WHEN answered.invited = 2                THEN 'one-to-one'
            ELSE                                          'team' END                     AS kind,
       answered.says_purpose,
       answered.url,
       answered.observed_at,
       answered.source,
       answered.calendar
FROM answered
