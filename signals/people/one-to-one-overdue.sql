-- signal: one-to-one-overdue
-- duty: one-to-ones
-- asks: find an hour for the two of you
-- says: {manager_name} and {name} last met alone on {last_day}, {ago} ago; they used to every {every_days} days, and {next}
-- folds: {count} talks of {manager_name} in pairs have lapsed
-- price: waits
-- patience: 5d
-- minutes: 5
-- audience: person
-- needs: SELECT 1 FROM one_to_ones WHERE every_days IS NOT NULL LIMIT 1
-- declare: reporting lines (`reports_to`), and a source of kind `calendar`
-- first: did they talk where no calendar knows?
--
-- Looked at: dates of meetings of a manager and somebody who reports to them, the two alone, and nothing
-- else of them. It speaks where there were three or more, the last is longer ago than a month and than twice the
-- usual distance, and the next is not within that distance either. Days when either was away do
-- not count, and it is silent while one is, and where the manager's calendar shows nothing of
-- the last two weeks: then it is the calendar that lapsed. It goes to the manager and no further.
WITH away AS (
    SELECT person,
           max(coalesce("to", current_date))                                         AS back,
           bool_or(coalesce("to", current_date) >= current_date)                     AS is_away
    FROM absences
    WHERE "from" <= current_date
    GROUP BY person
),
busy AS (
    SELECT DISTINCT person FROM attendances WHERE takes_time AND day BETWEEN current_date - 14 AND current_date
),
pairs AS (
    SELECT talks.*, coalesce(manager.name, manager.id) AS manager_name, coalesce(report.name, report.id) AS name,
           greatest(talks.last_day, coalesce(managers.back, talks.last_day), coalesce(reports.back, talks.last_day)) AS from_day
    FROM one_to_ones AS talks
    JOIN people AS manager     ON manager.id = talks.manager AND (manager."left" IS NULL OR manager."left" >= current_date)
    JOIN people AS report      ON report.id = talks.report AND (report."left" IS NULL OR report."left" >= current_date)
    JOIN busy                  ON busy.person = talks.manager
    LEFT JOIN away AS managers ON managers.person = talks.manager
    LEFT JOIN away AS reports  ON reports.person = talks.report
    WHERE NOT coalesce(managers.is_away, false) AND NOT coalesce(reports.is_away, false)
      AND talks.every_days IS NOT NULL
)
SELECT CONCAT(pairs.manager, ' talk with ', pairs.report)              AS subject,
       pairs.manager                                                   AS owner,
       CAST(pairs.last_day AS DATE)                                    AS since,
       CAST(1 AS DOUBLE)                                               AS people,
       CAST($one_to_one_share AS DOUBLE)                               AS share,
       pairs.manager_name                                              AS manager_name,
       pairs.name                                                      AS name,
       pairs.last_day                                                  AS last_day,
       spans.words                                                     AS ago,
       pairs.every_days                                                AS every_days,
       coalesce('the next is on ' || pairs.next_day, 'none is planned') AS next
FROM pairs
JOIN spans ON spans.days = current_date - pairs.last_day
WHERE current_date - pairs.from_day > greatest($one_to_one_days, 2 * pairs.every_days)
  AND (pairs.next_day IS NULL OR pairs.next_day > current_date + greatest(pairs.every_days, 7))
