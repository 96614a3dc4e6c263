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
WITH
counts AS (
    SELECT chief,
           count(*)                                           AS invited,
           count(CASE WHEN coalesce(said, 0) <> 3 THEN 1 END) AS people,
           count(CASE WHEN is_outside THEN 1 END)             AS outsiders,
           max(CASE WHEN is_organiser THEN person END)        AS organiser_person
    FROM meeting_heads
    GROUP BY chief
),
told AS (
    SELECT heads.person, entries.uid, entries.instance, entries.source, entries.calendar,
           entries.title,
           entries.is_private, entries.organiser, counts.organiser_person, heads.is_organiser,
           CASE heads.said WHEN 1 THEN 'accepted' WHEN 2 THEN 'tentative'
                           WHEN 3 THEN 'declined' WHEN 4 THEN 'unanswered' END AS answer,
           heads.is_own,
           entries.status, entries.busy, entries.starts_at, entries.ends_at, entries.is_all_day, entries.first_day,
           entries.is_recurring, entries.is_moved, entries.url, entries.observed_at,
           counts.invited, counts.people, counts.outsiders,
           CASE WHEN NOT entries.is_private THEN chiefs.says_purpose END         AS says_purpose
    FROM meeting_heads AS heads
    JOIN counts                    ON counts.chief = heads.chief
    JOIN meeting_copies AS entries ON entries.entry = heads.entry
    JOIN meeting_chiefs AS chiefs  ON chiefs.entry = heads.chief
    WHERE heads.person IS NOT NULL
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
