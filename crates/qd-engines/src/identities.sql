-- Every address and name seen as an author. An address is compared without regard to case.
SELECT lower(author_email) AS email,
       author_name         AS name,
       count(*)            AS commits,
       min(author_time)    AS first_seen,
       max(author_time)    AS last_seen
FROM commits
GROUP BY lower(author_email), author_name
