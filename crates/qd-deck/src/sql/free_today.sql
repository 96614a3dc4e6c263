-- Minutes that are free today, from now on, of those whose calendars are read.
SELECT person, CAST(sum((CAST(ends_at AS BIGINT) - CAST(greatest(starts_at, now()) AS BIGINT)) / 60000000) AS BIGINT) AS minutes
FROM free_blocks
WHERE day = current_date AND ends_at > now()
GROUP BY person
