-- A login at a forge or tracker, and the person behind it.
--
-- The company's files decide. Where they say nothing, the address that GitHub gives to who hides
-- their own (`123+ada@users.noreply.github.com`) joins a login to a committer, and a person's id
-- that is spelt as the login is taken for theirs. Any other login is a person by itself.
-- Compare with lower(): logins are told apart without regard to case.
WITH seen AS (
    SELECT lower(author) AS login, author_is_bot AS is_bot FROM change_requests
    UNION ALL
    SELECT lower(merged_by), CAST(NULL AS BOOLEAN) FROM change_requests
    UNION ALL
    SELECT lower(unnest(assignees)), CAST(NULL AS BOOLEAN) FROM change_requests
    UNION ALL
    SELECT lower(unnest(requested_reviewers)), CAST(NULL AS BOOLEAN) FROM change_requests
    UNION ALL
    SELECT lower(author), author_is_bot FROM issues
    UNION ALL
    SELECT lower(unnest(assignees)), CAST(NULL AS BOOLEAN) FROM issues
    UNION ALL
    SELECT lower(reviewer), reviewer_is_bot FROM reviews
    UNION ALL
    SELECT lower(reviewer), CAST(NULL AS BOOLEAN) FROM review_requests
    UNION ALL
    SELECT lower(author), author_is_bot FROM comments
),
each AS (
    SELECT login, login AS person, login AS person_name,
           coalesce(bool_or(is_bot), false) OR login LIKE '%[bot]' AS is_bot, false AS is_declared, 2 AS place
    FROM seen
    WHERE login IS NOT NULL
    GROUP BY login
)
SELECT login,
       first_value(person      ORDER BY place, person) AS person,
       first_value(person_name ORDER BY place, person) AS person_name,
       bool_or(is_bot)                                 AS is_bot,
       bool_or(is_declared)                            AS is_declared
FROM (
    SELECT login, person, person_name, is_bot, is_declared, 1 AS place FROM declared_logins
    UNION ALL
    SELECT * FROM each
) AS known
GROUP BY login
