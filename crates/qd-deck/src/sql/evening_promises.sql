-- What a person promised that is due by tomorrow, or overdue: their own list and the company's.
SELECT due, title, whom
FROM (
    SELECT todos.due, coalesce(todos.title, todos.id) AS title,
           coalesce(relations.name, people.name, todos."to") AS whom
    FROM todos
    LEFT JOIN relations ON relations.id = todos."to"
    LEFT JOIN people    ON people.id = todos."to"
    WHERE todos.done IS NULL AND todos.due <= current_date + 1 AND coalesce(todos.person, '{person}') = '{person}'
    UNION ALL
    SELECT commitments.due, coalesce(commitments.title, commitments.id), coalesce(relations.name, commitments."to")
    FROM commitments
    LEFT JOIN relations ON relations.id = commitments."to"
    WHERE NOT coalesce(commitments.done, false) AND commitments.due <= current_date + 1
      AND commitments.owner = '{person}'
) AS promised
ORDER BY due, title
