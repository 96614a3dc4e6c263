-- kept: yes
--
-- How many minutes the clocks of a zone are ahead of UTC, a row for each zone and day of about a year
-- back and ahead: of the people's zones, the company's, and UTC.
--
-- It is the difference at noon. In the night to a Sunday in which clocks change it is that of the
-- Sunday for a few hours too early; nobody has a meeting then. A zone that nobody knows is UTC.
WITH zones AS (
    SELECT DISTINCT zone
    FROM (SELECT timezone AS zone FROM people
          UNION ALL SELECT timezone FROM company
          UNION ALL SELECT 'UTC') AS named
    WHERE zone IS NOT NULL
),
days AS (
    SELECT current_date + value AS day FROM generate_series(-410, 410)
)
SELECT zones.zone,
       days.day,
       CAST(coalesce(
           date_part('epoch', TRY_CAST(CONCAT(days.day, 'T12:00:00') AS TIMESTAMP))
           - date_part('epoch', TRY_CAST(CONCAT(days.day, 'T12:00:00 ', zones.zone) AS TIMESTAMP)), 0) / 60 AS BIGINT) AS ahead
FROM zones
CROSS JOIN days
