-- The declared people, and what tells them in commits.
SELECT id, name, mails, logins, is_bot
FROM people
ORDER BY id
