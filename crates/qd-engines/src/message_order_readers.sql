-- Whose mailboxes there are, and by which addresses and names they are known.
SELECT DISTINCT person, addresses, names
FROM mailboxes
ORDER BY person
