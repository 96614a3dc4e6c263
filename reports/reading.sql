-- report: reading
-- title: To read
-- layout: table
-- since: 30d
-- empty: nothing was published since, or no feed was read
-- declare: a source of kind feed, and read it: quarterdeck sync NAME
--
-- What the feeds published, newest first. Feeds are read when somebody asks for it (`quarterdeck sync
-- NAME`), so the list is as new as that.
WITH published AS (
    SELECT at,
           coalesce(feed_title, feed)                AS publisher,
           coalesce(title, substr(text, 1, 80), id)  AS heading,
           url                                       AS link,
           substr(text, 1, 200)                      AS beginning
    FROM feed_entries
    WHERE at >= $since
)
SELECT CAST(at AS DATE) AS day,
       publisher        AS feed,
       heading          AS title,
       link             AS url,
       beginning
FROM published
ORDER BY at DESC, publisher, heading
