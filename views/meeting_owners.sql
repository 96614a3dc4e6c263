-- kept: yes
--
-- What somebody's own calendar says of them, an entry each: 1 for yes, 2 for perhaps, 3 for no, 4 where they were
-- asked and have not answered; null where it says nothing. `chief` is the copy that says who is in it.
WITH owners AS (
    SELECT uid, instance, owner,
           first_value(entry ORDER BY observed_at DESC, source, calendar) AS entry
    FROM meeting_copies
    WHERE owner IS NOT NULL
    GROUP BY uid, instance, owner
),
said AS (
    SELECT owners.uid, owners.instance, owners.owner, owners.entry,
           min(CASE WHEN array_has(copies.accepted, addresses.email)   THEN 1
                    WHEN array_has(copies.tentative, addresses.email)  THEN 2
                    WHEN array_has(copies.declined, addresses.email)   THEN 3
                    WHEN array_has(copies.unanswered, addresses.email) THEN 4 END) AS said
    FROM owners
    JOIN meeting_copies AS copies ON copies.entry = owners.entry
    LEFT JOIN addresses           ON addresses.person = owners.owner
    GROUP BY owners.uid, owners.instance, owners.owner, owners.entry
)
SELECT chiefs.entry AS chief, said.owner, said.entry, said.said
FROM said
JOIN meeting_chiefs AS chiefs ON chiefs.uid = said.uid AND chiefs.instance = said.instance
