-- kept: yes
--
-- A mail address and the person behind it.
--
-- `identities` has a row for each address and name seen together; here an address stands
-- once, with the person under whom most of its commits were written.
SELECT email,
       first_value(person      ORDER BY commits DESC, person) AS person,
       first_value(person_name ORDER BY commits DESC, person) AS person_name,
       bool_or(is_bot)                                        AS is_bot,
       first_value(is_declared ORDER BY commits DESC, person) AS is_declared
FROM identities
GROUP BY email
