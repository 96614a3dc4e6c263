-- The service that a word means, in lower case: its name in the company's files, or what it is called there.
SELECT word, min(id) AS service
FROM (SELECT lower(id) AS word, id FROM services UNION ALL SELECT lower(name), id FROM services WHERE name IS NOT NULL)
GROUP BY word
