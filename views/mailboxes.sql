-- kept: yes
--
-- Whose mail a source holds, with the addresses and the names that are theirs, in lower case.
--
-- A mailbox shows what one person wrote and not what others did: their answers elsewhere are not in
-- it. So what it holds obliges nobody but the one whose it is.
SELECT box.source, box.person, whose.addresses, whose.names
FROM (
    SELECT seen.source, coalesce(sources.person, company.me) AS person
    FROM (SELECT DISTINCT source FROM messages) AS seen
    CROSS JOIN company
    LEFT JOIN sources ON sources.id = seen.source
) AS box
JOIN (
    SELECT person, array_agg(DISTINCT word) FILTER (WHERE place = 'address') AS addresses,
           array_agg(DISTINCT word) FILTER (WHERE place = 'name')            AS names
    FROM (
        SELECT id AS person, 'address' AS place, lower(unnest(mails)) AS word FROM people
        UNION ALL
        SELECT person, 'address', lower(email) FROM addresses WHERE is_declared
        UNION ALL
        SELECT id, 'name', lower(unnest(logins)) FROM people
        UNION ALL
        SELECT id, 'name', lower(id) FROM people
        UNION ALL
        SELECT id, 'name', lower(name) FROM people
        UNION ALL
        SELECT id, 'name', lower(split_part(name, ' ', 1)) FROM people
    ) AS known
    GROUP BY person
) AS whose ON whose.person = box.person
