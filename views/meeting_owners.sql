-- kept: yes
--
-- What somebody's own calendar says of them, an entry each: 1 for yes, 2 for perhaps, 3 for no, 4 where they were
-- asked and have not answered; null where it says nothing.
WITH owners AS (
    SELECT uid, instance, owner,
           first_value(source   ORDER BY observed_at DESC, source, calendar) AS source,
           first_value(calendar ORDER BY observed_at DESC, source, calendar) AS calendar
    FROM meeting_copies AS entries
    WHERE owner IS NOT NULL
    GROUP BY uid, instance, owner
)
SELECT owners.uid, owners.instance, owners.owner, owners.source, owners.calendar,
       min(CASE WHEN array_has(copies.accepted, addresses.email)   THEN 1
                WHEN array_has(copies.tentative, addresses.email)  THEN 2
                WHEN array_has(copies.declined, addresses.email)   THEN 3
                WHEN array_has(copies.unanswered, addresses.email) THEN 4 END) AS said
FROM owners
JOIN meeting_copies AS copies ON copies.uid = owners.uid AND copies.instance = owners.instance
                             AND copies.source = owners.source AND copies.calendar = owners.calendar
LEFT JOIN addresses           ON addresses.person = owners.owner
GROUP BY owners.uid, owners.instance, owners.owner, owners.source, owners.calendar
