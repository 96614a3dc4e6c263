-- signal: review-load
-- duty: load-and-morale
-- asks: spread the reviews: let others learn what they know, and ask them first
-- says: {name} gave {reviews} of the {total} reviews of {repo} in the last quarter; {others} others work there
-- price: waits
-- patience: 20d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM reviews LIMIT 1
-- declare: a source of a forge that tells reviews: GitHub or GitLab
-- first: which of them need this person, and which only habit?
--
-- Looked at: reviews of others' changes in a quarter, each change and reviewer once. Where one person gives
-- more than half of them, and three could, everybody waits for one and that one for nobody. It protects
-- them, and goes to whom they report: nothing is said of who reviews less or how well.
WITH given AS (
    SELECT DISTINCT reviews.source, reviews.repo, reviews.number,
           coalesce(whose.person, lower(reviews.reviewer)) AS person
    FROM reviews
    JOIN change_requests AS change        ON change.source = reviews.source AND change.repo = reviews.repo
                                         AND change.number = reviews.number
    LEFT JOIN declared_logins AS whose    ON whose.login = lower(reviews.reviewer)
    LEFT JOIN declared_logins AS opener   ON opener.login = lower(change.author)
    WHERE reviews.submitted_at >= current_date - $quarter_days
      AND reviews.reviewer IS NOT NULL
      AND NOT coalesce(reviews.reviewer_is_bot, false)
      AND NOT coalesce(whose.is_bot, false)
      AND coalesce(whose.person, lower(reviews.reviewer)) <> coalesce(opener.person, lower(change.author), '')
),
shares AS (
    SELECT source, repo, person, count(*) AS reviews,
           sum(count(*)) OVER (PARTITION BY source, repo) AS total
    FROM given
    GROUP BY source, repo, person
),
crews AS (
    SELECT source, repo, count(*) AS people FROM regulars GROUP BY source, repo
)
SELECT CONCAT(shares.repo, ' reviews')                      AS subject,
       CAST(NULL AS VARCHAR)                                AS owner,
       CAST(NULL AS DATE)                                   AS since,   -- it grew
       CAST(crews.people - 1 AS DOUBLE)                     AS people,
       CAST($review_load_share AS DOUBLE)                   AS share,
       people.id                                            AS person,
       shares.repo                                          AS repo,
       coalesce(people.name, shares.person)                 AS name,
       shares.reviews                                       AS reviews,
       shares.total                                         AS total,
       crews.people - 1                                     AS others
FROM shares
JOIN crews       ON crews.source = shares.source AND crews.repo = shares.repo
LEFT JOIN people ON people.id = shares.person
WHERE shares.reviews > $review_load_most * shares.total
  AND shares.total >= $review_load_least
  AND crews.people > $crew_least
