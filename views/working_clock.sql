-- kept: yes
--
-- The clock that runs only while somebody is at work, for what waits for people far away: one row for each
-- person and stretch from the beginning of one of their working days (`from_at`) to that of the next (`until_at`),
-- with `ends_at`, when they went home, and `hours`, what they have worked from the beginning until now. It
-- goes back four weeks: of what waits longer nobody counts the hours.
--
-- Since a moment within the stretch they worked `hours` without what lies between `from_at` and the earlier of
-- the moment and `ends_at`. The clock goes on while the person is away: who asked waits all the same.
SELECT person,
       starts_at AS from_at,
       lead(starts_at, 1, arrow_cast(now() + INTERVAL '1 day', 'Timestamp(Microsecond, Some("UTC"))'))
           OVER (PARTITION BY person ORDER BY starts_at)                                     AS until_at,
       ends_at,
       sum((CAST(least(ends_at, now()) AS BIGINT) - CAST(starts_at AS BIGINT)) / 3600000000.0)
           OVER (PARTITION BY person ORDER BY starts_at DESC)                                AS hours
FROM working_days
WHERE starts_at <= now()
