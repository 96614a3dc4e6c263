-- report: reading
-- title: To read
-- layout: table
-- since: 30d
-- empty: nothing was published since, or no feed was read
-- declare: a source of kind feed, and read it: quarterdeck sync NAME
--
-- What the feeds published, newest first. Feeds are read when somebody asks for it (`quarterdeck sync
-- NAME`), so the list is as new as that.
WITH watched AS (
    SELECT feed, string_agg(coalesce(name, id), ', ' ORDER BY id) AS technology, min(ring) AS ring
    FROM radar
    WHERE feed IS NOT NULL
    GROUP BY feed
),
published AS (
    SELECT at,
           coalesce(feed_title, feed_entries.feed)   AS publisher,
           coalesce(title, substr(text, 1, 80), id)  AS heading,
           url                                       AS link,
           substr(text, 1, 200)                      AS beginning,
           watched.technology                        AS technology,
           watched.ring                              AS ring
    FROM feed_entries
    LEFT JOIN watched ON watched.feed = feed_entries.feed
    WHERE at >= $since
)
SELECT CAST(at AS DATE) AS day,
       publisher        AS feed,
       technology,
       ring,
       heading          AS title,
       link             AS url,
       beginning
FROM published
ORDER BY at DESC, publisher, heading
