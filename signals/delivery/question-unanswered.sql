-- signal: question-unanswered
-- duty: nobody-blocked
-- asks: answer it, or name who can
-- says: {whom} has not answered for {waiting}: {evidence} on {title} ({repo} {number})
-- folds: {count} questions in {repo} wait for an answer, the oldest since {oldest}
-- price: waits
-- patience: 3d
-- minutes: 5
-- audience: line
-- needs: SELECT 1 FROM comments LIMIT 1
-- declare: a source of a forge or a tracker that tells comments
-- first: was it seen at all?
--
-- Looked at: questions in open threads that were put to one person, by name or because they opened the
-- thread, who has not acted there since, nor has who asked approved it (docs/turns.md). Silent about
-- guests, who owe no answer and often never come back, about what was named without a question,
-- and after a third of a year.
SELECT CONCAT(turns.repo, ' ', CASE turns."of" WHEN 'issue' THEN 'issue ' ELSE 'change ' END, turns.number) AS subject,
       people.id                                            AS owner,
       turns.since                                          AS since,
       CAST(1 AS DOUBLE)                                    AS people,
       CAST($question_share AS DOUBLE)                      AS share,
       coalesce(people.name, turns.holder)                  AS whom,
       turns.repo                                           AS repo,
       turns.number                                         AS number,
       turns.title                                          AS title,
       turns.evidence                                       AS evidence,
       concat_ws(', ', spans.words, worked.words)         AS waiting,
       turns.url                                            AS url
FROM turns
JOIN spans          ON spans.days = turns.waiting_days
LEFT JOIN working_spans AS worked ON worked.hours = CAST(floor(turns.waiting_hours) AS BIGINT)
LEFT JOIN people    ON people.id = turns.holder
LEFT JOIN regulars  ON regulars.source = turns.source AND regulars.repo = turns.repo AND regulars.person = turns.holder
WHERE turns.is_question
  AND (people.id IS NOT NULL OR regulars.person IS NOT NULL)
  AND turns.waiting_days BETWEEN $question_days AND $turn_most_days
  AND coalesce(turns.waiting_hours >= $wait_working_hours, true)
