-- kept: yes
--
-- The words of questions by which two can be about the same thing, a row for each question and word: `size` words of
-- it, the most frequent first by `place`. A word of fewer than four letters says nothing, nor one that a fiftieth of the
-- questions hold, and more than ten, nor whom it calls (`@ada`).
WITH words AS (
    SELECT DISTINCT reader, number, asker, word
    FROM (SELECT reader, number, asker,
                 unnest(string_to_array(regexp_replace(lower(question), '@[^ ]+|[^\pL0-9]+', ' ', 'g'), ' ')) AS word
          FROM questions) AS every
    WHERE char_length(word) >= 4
)
SELECT reader, number, asker, word,
       count(*) OVER (PARTITION BY reader, number)                               AS size,
       row_number() OVER (PARTITION BY reader, number ORDER BY held DESC, word)  AS place
FROM (SELECT words.*, count(*) OVER (PARTITION BY reader, word)                  AS held,
             max(number) OVER (PARTITION BY reader)                              AS questions
      FROM words) AS counted
WHERE held >= 2 AND (held <= 10 OR held * 50 <= questions)
