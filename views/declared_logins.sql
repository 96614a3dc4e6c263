-- kept: yes
--
-- A login of which the company's files or git's addresses know whose it is. `logins` adds those that
-- were only seen, each a person by itself; where a login is at hand anyway, this is the cheaper join.
-- Some trackers tell nothing of a person but their mail address: it is a login too.
SELECT login,
       first_value(person      ORDER BY place, person) AS person,
       first_value(person_name ORDER BY place, person) AS person_name,
       bool_or(is_bot)                                 AS is_bot,
       bool_or(is_declared)                            AS is_declared
FROM (
    SELECT lower(own.login) AS login, own.person, own.person_name, own.robot AS is_bot, true AS is_declared, 1 AS place
    FROM (
        SELECT unnest(logins) AS login, id AS person, coalesce(name, id) AS person_name,
               coalesce(people.is_bot, false) AS robot
        FROM people
    ) AS own
    UNION ALL
    SELECT lower(id), id, coalesce(name, id), coalesce(people.is_bot, false), true, 2
    FROM people
    UNION ALL
    SELECT lower(mail.address), mail.id, mail.person_name, mail.robot, true, 1
    FROM (
        SELECT unnest(mails) AS address, id, coalesce(name, id) AS person_name,
               coalesce(people.is_bot, false) AS robot
        FROM people
    ) AS mail
    UNION ALL
    SELECT lower(email), person, person_name, is_bot, is_declared, 3
    FROM addresses
    UNION ALL
    SELECT lower(regexp_replace(email, '^([0-9]+[+])?([^@]+)@.*$', '\2')),
           person, person_name, is_bot, is_declared, 3
    FROM addresses
    WHERE email LIKE '%@users.noreply.github.com'
) AS known
GROUP BY login
