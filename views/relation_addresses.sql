-- The relation behind a mail address or behind the domain of one, in lower case.
SELECT word,
       min(relation)          AS relation
FROM (SELECT lower(ltrim(unnest(mails), '@')) AS word, id AS relation FROM relations) AS known
GROUP BY word
