-- kept: yes
--
-- Questions of two people that are about the same thing: a row for each question and each `other`, whose asker is `asker`.
--
-- Two are about the same thing where they share three words or more that say something, and two thirds of those of
-- the shorter one (the overlap coefficient). Two that share three share one that is not among the two most frequent of
-- either: only those who share such a one are compared (prefix filtering, Chaudhuri et al. 2006).
WITH likely AS (
    -- Each two once.
    SELECT DISTINCT one.reader, one.number, other.number AS other
    FROM question_words AS one
    JOIN question_words AS other ON other.reader = one.reader AND other.word = one.word AND other.number > one.number
    WHERE other.asker <> one.asker AND one.place > 2 AND other.place > 2
),
pairs AS (
    SELECT likely.reader, likely.number, likely.other, min(one.asker) AS asker, min(other.asker) AS other_asker
    FROM likely
    JOIN question_words AS one   ON one.reader = likely.reader AND one.number = likely.number
    JOIN question_words AS other ON other.reader = likely.reader AND other.number = likely.other AND other.word = one.word
    GROUP BY likely.reader, likely.number, likely.other
    HAVING count(*) >= 3 AND count(*) * 3 >= 2 * least(min(one.size), min(other.size))
)
SELECT reader,
       CASE WHEN is_turned THEN other  ELSE number      END AS number,
       CASE WHEN is_turned THEN number ELSE other       END AS other,
       CASE WHEN is_turned THEN asker  ELSE other_asker END AS asker
FROM pairs
CROSS JOIN (SELECT column1 AS is_turned FROM (VALUES (false), (true)) AS both) AS ways
