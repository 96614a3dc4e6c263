-- unit: longest minutes
--
-- Your next ten working days: meetings, and what is left of each day in pieces of two hours and more.
WITH pieces AS (
    SELECT day, min(zone) AS zone,
           count(CASE WHEN minutes >= $block_minutes THEN 1 END) AS long_pieces, max(minutes) AS longest
    FROM free_blocks
    WHERE person = $about AND ends_at > now()
    GROUP BY day
),
held AS (
    SELECT day, count(*) AS meetings, sum(minutes) / 60.0 AS hours_of_meetings
    FROM attendances
    WHERE person = $about AND takes_time AND kind <> 'alone' AND ends_at > now()
    GROUP BY day
)
SELECT pieces.day, coalesce(held.meetings, 0) AS meetings, coalesce(held.hours_of_meetings, 0) AS hours_of_meetings, pieces.long_pieces, pieces.longest
FROM pieces
LEFT JOIN held ON held.day = pieces.day
ORDER BY pieces.day
LIMIT 10
