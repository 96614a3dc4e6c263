-- kept: yes
--
-- Who is in which meeting, once each, whoever they are: `person` is null for who is not declared. `chief` is the copy
-- of the entry that says who is in it, `entry` the person's own one where there is one (`is_own`), else that; `said`
-- is 1 to 4 as in `meeting_owners`, and what a person's own calendar says goes before the other.
--
-- Of the company is who is declared, and whoever has an address at a domain of the declared people's
-- that is no public one; an address or domain of a relation's never is.
WITH
chief_copies AS (
    SELECT copies.*
    FROM meeting_copies AS copies
    JOIN meeting_chiefs AS chiefs ON chiefs.entry = copies.entry
),
voices AS (
    SELECT entry AS chief, address, NULL AS owner, false AS called,
           CAST(NULL AS BIGINT) AS own_entry, CAST(NULL AS BIGINT) AS own_said,
           CASE WHEN array_has(accepted, address)   THEN 1
                WHEN array_has(tentative, address)  THEN 2
                WHEN array_has(declined, address)   THEN 3
                WHEN array_has(unanswered, address) THEN 4 END AS said
    FROM (SELECT entry, accepted, tentative, declined, unanswered,
                 unnest(attendees) AS address FROM chief_copies) AS asked
    UNION ALL
    SELECT entry, organiser, NULL, true, NULL, NULL, NULL FROM chief_copies WHERE organiser IS NOT NULL
    UNION ALL
    SELECT chief, NULL, owner, false, own_entry, own_said, NULL
    FROM (SELECT chief, owner, entry AS own_entry, said AS own_said FROM meeting_owners) AS own
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
)
SELECT chief,
       max(person)                         AS person,
       bool_or(called)                     AS is_organiser,
       bool_or(is_outside)                 AS is_outside,
       coalesce(max(own_said), min(said))  AS said,
       max(own_entry) IS NOT NULL          AS is_own,
       coalesce(max(own_entry), chief)     AS entry
FROM whose
WHERE NOT is_robot
GROUP BY chief, head
