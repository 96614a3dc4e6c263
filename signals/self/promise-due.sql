-- signal: promise-due
-- duty: own-time
-- asks: keep it, or say today when you will
-- says: "{title}", promised to {whom}, {state}
-- folds: {count} promises of yours are due, the oldest since {oldest}
-- price: promise
-- patience: 2d
-- minutes: 15
-- audience: person
-- needs: SELECT 1 FROM todos WHERE "to" IS NOT NULL LIMIT 1
-- declare: what you promised (`quarterdeck todo "..." --for WHOM --by DATE`)
-- first: does whoever waits for it know how it stands?
--
-- Looked at: entries of somebody's own list that name whom they were promised to, from the day before
-- they are due; those without a day from a week after they were written down.
SELECT 'todo ' || todos.id                                          AS subject,
       coalesce(todos.person, company.me)                           AS owner,
       coalesce(todos.added, todos.due)                             AS since,
       relations.id                                                 AS relation,
       CAST(greatest(current_date - todos.due, 0) AS DOUBLE)        AS age,
       CAST(relations.value_per_day AS DOUBLE)                      AS value_per_day,
       CAST($promise_days_per_day AS DOUBLE)                        AS value_days_per_day,
       relations.value_per_day_currency                             AS currency,
       todos.due                                                    AS deadline,
       coalesce(todos.title, todos.id)                              AS title,
       coalesce(relations.name, people.name, todos."to")            AS whom,
       CASE WHEN todos.due < current_date THEN CONCAT('was due on ', todos.due, ', ', spans.words, ' ago')
            WHEN todos.due = current_date THEN 'is due today'
            WHEN todos.due IS NOT NULL    THEN CONCAT('is due on ', todos.due)
            ELSE                               CONCAT('was written down ', spans.words, ' ago')
       END                                                          AS state
FROM todos
LEFT JOIN company   ON true
LEFT JOIN relations ON relations.id = todos."to"
LEFT JOIN people    ON people.id = todos."to"
LEFT JOIN spans     ON spans.days = abs(current_date - coalesce(todos.due, todos.added))
WHERE todos."to" IS NOT NULL
  AND (todos.done IS NULL OR todos.done > current_date)
  AND (todos.added IS NULL OR todos.added <= current_date)
  AND (todos.due <= current_date + 1 OR (todos.due IS NULL AND todos.added <= current_date - $todo_days))
