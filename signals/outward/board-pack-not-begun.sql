-- signal: board-pack-not-begun
-- duty: board-reporting
-- asks: begin it, or say who does
-- says: {title} is on {day}, and no file of its pack was touched in the last {weeks}; for the one on {previous} work was under way
-- price: slips
-- patience: 3d
-- minutes: 60
-- audience: line
-- starts: company
-- needs: SELECT 1 FROM file_changes CROSS JOIN (SELECT 1 FROM meetings LIMIT 1) LIMIT 1
-- declare: a source of kind `calendar` with the dates of the board, and the repository that its packs are kept in
-- first: which figures take longest to get?
--
-- Looked at: meetings of the next three weeks that are called after a board, and documents in
-- repositories whose folder or name says board. It speaks where in the three weeks before an
-- earlier one such documents were changed, and now none has been. A pack that is made elsewhere cannot
-- be seen, and there it is silent. Private entries are passed by.
WITH named AS (
    -- A title is looked at once, and not for everybody who is asked.
    SELECT title AS name
    FROM (SELECT DISTINCT title FROM attendances) AS titles
    WHERE regexp_like(title, '(?i)\b(board|verwaltungsrat|aufsichtsrat|conseil d.administration)\b')
      AND NOT regexp_like(title, '(?i)\b(kanban|scrum|sprint|jira|task|job|mood|story|design|review|architecture|change)[ -]board\b|\bboard[ -]?games?\b')
),
boards AS (
    SELECT day, min(title) AS title, min(ends_at) AS ends_at
    FROM attendances
    JOIN named ON named.name = attendances.title
    WHERE invited > 1
      AND coalesce(answer, '') <> 'declined'
    GROUP BY day
),
pack AS (
    SELECT DISTINCT CAST(commit_time AS DATE) AS day
    FROM file_changes
    WHERE change <> 'deleted'
      AND regexp_like(path, '(?i)(^|[/_. -])(board|verwaltungsrat|aufsichtsrat)([-_ ]?(pack|deck|report|meeting)s?)?([/_. -])')
      AND regexp_like(path, '(?i)\.(md|adoc|org|rst|tex|typ|qmd|ipynb|pptx?|odp|key|xlsx?|ods|csv|docx?|odt|pdf)$')
),
coming AS (
    SELECT title, day, CAST($board_days AS BIGINT) AS days
    FROM boards
    WHERE ends_at > now() AND day <= current_date + $board_days
    ORDER BY day
    LIMIT 1
),
before AS (
    SELECT max(boards.day) AS day
    FROM boards
    JOIN (SELECT DISTINCT pack.day + value AS day FROM pack CROSS JOIN generate_series(0, CAST($board_days AS BIGINT))) AS worked
      ON worked.day = boards.day
    WHERE boards.ends_at <= now()
)
SELECT CONCAT('board of ', coming.day)             AS subject,
       CAST(NULL AS VARCHAR)                       AS owner,
       coming.day - $board_days                    AS since,
       CAST($board_late AS DOUBLE)                 AS probability,
       CAST(NULL AS DOUBLE)                        AS value_per_day,
       CAST($board_days_per_day AS DOUBLE)         AS value_days_per_day,
       coming.day                                  AS deadline,
       coming.title                                AS title,
       coming.day                                  AS day,
       before.day                                  AS previous,
       spans.words                                 AS weeks
FROM coming
CROSS JOIN before
JOIN spans ON spans.days = coming.days
WHERE before.day IS NOT NULL
  AND (SELECT count(*) FROM pack WHERE pack.day >= current_date - $board_days) = 0
