-- kept: yes
--
-- Questions of two people that are about the same thing: a row for each question and each `other`, whose asker is `asker`.
--
-- Two are about the same thing where they share three words or more that say something, and two thirds of those of
-- the shorter one (the overlap coefficient). A word of fewer than four letters says nothing, nor one that a fiftieth of the
-- questions hold, and more than ten, nor whom it calls (`@ada`).
WITH words AS (
    SELECT DISTINCT reader, number, asker, word
    FROM (SELECT reader, number, asker,
                 unnest(string_to_array(regexp_replace(lower(question), '@[^ ]+|[^\pL0-9]+', ' ', 'g'), ' ')) AS word
          FROM questions) AS every
    WHERE char_length(word) >= 4
),
telling AS (
    SELECT reader, number, asker, word, count(*) OVER (PARTITION BY reader, number) AS size
    FROM (SELECT words.*, count(*) OVER (PARTITION BY reader, word)                       AS held,
                 max(number) OVER (PARTITION BY reader)                                   AS questions
          FROM words) AS counted
    WHERE held >= 2 AND (held <= 10 OR held * 50 <= questions)
),
-- Each two once.
pairs AS (
    SELECT one.reader, one.number, other.number AS other, min(one.asker) AS asker, min(other.asker) AS other_asker
    FROM telling AS one
    JOIN telling AS other ON other.reader = one.reader AND other.word = one.word AND other.number > one.number
    WHERE other.asker <> one.asker
    GROUP BY one.reader, one.number, other.number
    HAVING count(*) >= 3 AND count(*) * 3 >= 2 * least(min(one.size), min(other.size))
)
SELECT reader,
       CASE WHEN is_turned THEN other  ELSE number      END AS number,
       CASE WHEN is_turned THEN number ELSE other       END AS other,
       CASE WHEN is_turned THEN asker  ELSE other_asker END AS asker
FROM pairs
CROSS JOIN (SELECT column1 AS is_turned FROM (VALUES (false), (true)) AS both) AS ways
