-- Logins (or mail addresses) of what the company's files call robots. A forge marks those it knows by itself
-- (`author_is_bot`), and a login that ends in `[bot]` is one everywhere.
SELECT DISTINCT lower(own.login) AS login
FROM (
    SELECT unnest(logins) AS login FROM people WHERE people.is_bot
    UNION ALL
    SELECT unnest(mails) FROM people WHERE people.is_bot
    UNION ALL
    SELECT id FROM people WHERE people.is_bot
) AS own
