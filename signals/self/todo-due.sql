-- signal: todo-due
-- duty: own-time
-- asks: do it, or take it off the list
-- says: "{title}" {state}
-- folds: {count} entries of your list are due, the oldest since {oldest}
-- price: waits
-- patience: 5d
-- minutes: 15
-- audience: person
-- needs: SELECT 1 FROM todos WHERE "to" IS NULL LIMIT 1
-- declare: what you mean to do (`quarterdeck todo "..." --by DATE`)
-- first: is it still worth doing?
--
-- Looked at: entries of somebody's own list that were promised to nobody, from the day before they are
-- due; those without a day from a week after they were written down.
SELECT 'todo ' || todos.id                                          AS subject,
       coalesce(todos.person, company.me)                           AS owner,
       coalesce(todos.added, todos.due)                             AS since,
       CAST(1 AS DOUBLE)                                            AS people,
       CAST($todo_share AS DOUBLE)                                  AS share,
       todos.due                                                    AS deadline,
       coalesce(todos.title, todos.id)                              AS title,
       CASE WHEN todos.due < current_date THEN CONCAT('was due on ', todos.due, ', ', spans.words, ' ago')
            WHEN todos.due = current_date THEN 'is due today'
            WHEN todos.due IS NOT NULL    THEN CONCAT('is due on ', todos.due)
            ELSE                               CONCAT('was written down ', spans.words, ' ago')
       END                                                          AS state
FROM todos
LEFT JOIN company ON true
LEFT JOIN spans   ON spans.days = abs(current_date - coalesce(todos.due, todos.added))
WHERE todos."to" IS NULL
  AND (todos.done IS NULL OR todos.done > current_date)
  AND (todos.added IS NULL OR todos.added <= current_date)
  AND (todos.due <= current_date + 1 OR (todos.due IS NULL AND todos.added <= current_date - $todo_days))
