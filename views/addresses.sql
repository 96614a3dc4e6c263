-- kept: yes
--
-- A mail address and the person behind it.
--
-- `identities` has a row for each address and name seen together in commits; here an address stands
-- once, with the person under whom most of its commits were written. Declared addresses that never
-- committed stand here too: who only writes mail or goes to meetings is known by them.
SELECT email,
       first_value(person      ORDER BY commits DESC, person) AS person,
       first_value(person_name ORDER BY commits DESC, person) AS person_name,
       bool_or(is_bot)                                        AS is_bot,
       first_value(is_declared ORDER BY commits DESC, person) AS is_declared
FROM (
    SELECT email, person, person_name, is_bot, is_declared, commits FROM identities
    UNION ALL
    SELECT lower(own.mail), own.person, own.person_name, own.robot, true, 0
    FROM (
        SELECT unnest(mails) AS mail, id AS person, coalesce(name, id) AS person_name,
               coalesce(people.is_bot, false) AS robot
        FROM people
    ) AS own
) AS known
GROUP BY email
