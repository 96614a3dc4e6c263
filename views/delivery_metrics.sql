-- The five figures of delivery (DORA), for each service, team, project and the company, by week (ISO,
-- from Monday) and by month, in UTC. `level` says of what: service, team, project or company.
--
-- metric                 value                            unit        n
-- change_lead_time       median, with p90                 hours       changes
-- deployment_frequency   deployments in the period        per period  deployments
-- change_fail_rate       share that failed                share       deployments
-- recovery_time          median, with p90                 hours       failures that were over
-- rework_rate            share that mended                share       deployments
--
-- Every period since the first deployment has a row for each figure. One that nothing says anything
-- about is null with n = 0, never 0. Only the frequency can be 0 with n = 0: that nobody deployed
-- is known. What belongs to several services of a group is counted once in it. The rows of
-- `delivery_evidence` of the same services, metric and time are what a figure is made of.
WITH items AS (
    SELECT groups.level, groups.id, facts.metric, facts.kind, facts.source, facts.repo, facts.id AS item,
           min(facts.week) AS week, min(facts.month) AS month,
           CASE facts.metric WHEN 'change_lead_time' THEN min(facts.value) ELSE max(facts.value) END AS value
    FROM (SELECT *, CAST(date_trunc('week', at) AS DATE) AS week, CAST(date_trunc('month', at) AS DATE) AS month
          FROM delivery_evidence) AS facts
    JOIN service_groups AS groups ON groups.service = facts.service
    GROUP BY groups.level, groups.id, facts.metric, facts.kind, facts.source, facts.repo, facts.id
),
dated AS (
    SELECT items.*, unnest(make_array('week', 'month')) AS period FROM items
),
figures AS (
    SELECT level, id, metric, period,
           CASE period WHEN 'week' THEN week ELSE month END     AS starts,
           count(*)                                             AS n,
           sum(value)                                           AS total,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY value)   AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY value)   AS p90
    FROM dated
    GROUP BY level, id, metric, period, CASE period WHEN 'week' THEN week ELSE month END
),
begun AS (
    SELECT groups.level, groups.id, CAST(min(made.finished_at) AS DATE) AS first_day
    FROM deployments AS made
    JOIN service_groups AS groups ON groups.service = made.service
    GROUP BY groups.level, groups.id
),
calendar AS (
    -- Days since 1970, and months since the year 0: what is asked of `starts` can be pushed through
    -- numbers, and not through spans of time.
    SELECT 'week' AS period,
           CAST(day AS DATE)     AS starts,
           CAST(day + 7 AS DATE) AS ends
    FROM (
        SELECT CAST(CAST(CAST(date_trunc('week', current_date) AS DATE) AS INT) - 7 * value AS INT) AS day
        FROM generate_series(0, 520)
    ) AS weeks
    UNION ALL
    SELECT 'month',
           make_date(month / 12, month % 12 + 1, 1),
           make_date((month + 1) / 12, (month + 1) % 12 + 1, 1)
    FROM (
        SELECT CAST(12 * date_part('year', current_date) + date_part('month', current_date) - 1 - value AS INT) AS month
        FROM generate_series(0, 120)
    ) AS months
),
spine AS (
    SELECT begun.level, begun.id, calendar.period, calendar.starts, calendar.ends,
           unnest(make_array('change_lead_time', 'deployment_frequency', 'change_fail_rate', 'recovery_time', 'rework_rate')) AS metric
    FROM begun
    JOIN calendar ON calendar.ends > begun.first_day
)
SELECT spine.level,
       spine.id,
       spine.period,
       spine.starts,
       spine.ends <= current_date                                                    AS is_complete,
       spine.metric,
       CASE spine.metric WHEN 'change_lead_time' THEN 'hours' WHEN 'recovery_time' THEN 'hours'
                         WHEN 'deployment_frequency' THEN 'per period' ELSE 'share' END AS unit,
       CASE spine.metric WHEN 'change_lead_time'     THEN figures.median
                         WHEN 'recovery_time'        THEN figures.median
                         WHEN 'deployment_frequency' THEN coalesce(figures.total, 0)
                         ELSE                             figures.total / figures.n END AS value,
       CASE WHEN spine.metric IN ('change_lead_time', 'recovery_time') THEN figures.p90 END AS p90,
       coalesce(figures.n, 0)                                                        AS n
FROM spine
LEFT JOIN figures ON figures.level = spine.level
                 AND figures.id = spine.id
                 AND figures.metric = spine.metric
                 AND figures.period = spine.period
                 AND figures.starts = spine.starts
