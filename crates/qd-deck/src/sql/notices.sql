-- How many things only tell each person something, and have no reaction of theirs.
SELECT person, count(*)
FROM obligations
WHERE kind = 'notice'
GROUP BY person
