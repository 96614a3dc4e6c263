-- How many things only tell a person something, and have no reaction of theirs.
SELECT count(*) FROM obligations WHERE person = '{person}' AND kind = 'notice'
