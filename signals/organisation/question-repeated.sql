-- signal: question-repeated
-- duty: culture
-- asks: write the answer down where all of them would have looked, and send them there
-- says: {askers} people asked about the same thing in {days} days: {question}
-- folds: {count} questions were asked by three people or more, the oldest since {oldest}
-- price: waits
-- patience: 14d
-- minutes: 30
-- audience: person
-- needs: SELECT 1 FROM (SELECT 1 FROM mailboxes UNION ALL SELECT 1 FROM chat_messages) AS told LIMIT 1
-- declare: a source of kind mail, and whose it is (`me` in company.toml), or one of kind chat
-- first: is it written down somewhere that nobody finds?
--
-- Looked at: questions of a quarter, in mail to the owner of a mailbox and in channels of chat (told to `me`). Two
-- are about the same thing where they share three words or more that say something, and two thirds of those of
-- the shorter one (the overlap coefficient). Where those about one thing come from three people or more, the question
-- that most are about is told. A word of fewer than four letters says nothing, nor one that a fiftieth of the
-- questions hold, and more than ten, nor whom it calls (`@ada`). Silent about robots and what the reader asks themselves.
WITH heard AS (
    SELECT reader, number, count(DISTINCT asker) + 1 AS people, count(*) AS others
    FROM near_questions
    GROUP BY reader, number
    HAVING count(DISTINCT asker) >= 2
),
-- One that a better one is near to is about the same thing.
led AS (
    SELECT DISTINCT near.reader, near.number
    FROM near_questions AS near
    JOIN heard          ON heard.reader = near.reader AND heard.number = near.number
    JOIN heard AS other ON other.reader = near.reader AND other.number = near.other
    WHERE other.people > heard.people OR other.people = heard.people AND other.number < heard.number
),
spread AS (
    SELECT heard.reader, heard.number, heard.people, min(later.at) AS first_at, max(later.at) AS last_at
    FROM heard
    JOIN near_questions AS near ON near.reader = heard.reader AND near.number = heard.number
    JOIN questions AS later ON later.reader = near.reader AND later.number = near.other
    GROUP BY heard.reader, heard.number, heard.people
)
SELECT 'question ' || questions.id                                        AS subject,
       questions.reader                                                   AS owner,
       least(questions.at, spread.first_at)                               AS since,
       CAST(spread.people AS DOUBLE)                                      AS people,
       $repeated_question_hours / ($hours_per_day * $quarter_days)        AS share,
       spread.people                                                      AS askers,
       questions.question                                                 AS question,
       greatest(1, CAST(ceil((date_part('epoch', greatest(questions.at, spread.last_at))
                              - date_part('epoch', least(questions.at, spread.first_at))) / 86400) AS BIGINT)) AS days,
       questions.url                                                      AS url
FROM spread
JOIN questions ON questions.reader = spread.reader AND questions.number = spread.number
LEFT JOIN led  ON led.reader = spread.reader AND led.number = spread.number
WHERE led.number IS NULL
