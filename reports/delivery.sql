-- report: delivery
-- title: How delivery flows
-- layout: table
-- by: service, team, project, company
-- since: 84d
-- empty: no deployment to production is known of any of these
-- declare: a forge, a pipeline or a table of deployments, and what counts as one (`deployments` of a service)
--
-- The five figures of delivery of each group since a day, their last twelve weeks (`·` is a week
-- nobody knows anything of), and whether the newest full week of the last month left what is usual.
-- Nothing else is called a change. The level is DORA's name for such a figure, as a footnote: it compares with
-- others, who build other things; only one's own past is worth steering by.
WITH items AS (
    SELECT groups.id, facts.metric, facts.kind, facts.source, facts.repo, facts.id AS item,
           CASE facts.metric WHEN 'change_lead_time' THEN min(facts.value) ELSE max(facts.value) END AS value
    FROM delivery_evidence AS facts
    JOIN service_groups AS groups ON groups.service = facts.service
    WHERE groups.level = $by AND facts.at >= $since
    GROUP BY groups.id, facts.metric, facts.kind, facts.source, facts.repo, facts.id
),
figures AS (
    SELECT id, metric,
           count(*)                                           AS n,
           sum(value)                                         AS total,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY value) AS p90
    FROM items
    GROUP BY id, metric
),
begun AS (
    SELECT groups.id, (current_date - greatest($since, CAST(min(made.finished_at) AS DATE)) + 1) / 7.0 AS weeks
    FROM deployments AS made
    JOIN service_groups AS groups ON groups.service = made.service
    WHERE groups.level = $by
    GROUP BY groups.id
),
recent AS (
    SELECT id, metric, starts, value, has_left, lower, upper, usual,
           max(value) OVER (PARTITION BY id, metric)                                         AS highest,
           max(CASE WHEN value IS NOT NULL AND starts >= current_date - 35 THEN starts END) OVER (PARTITION BY id, metric) AS newest
    FROM delivery_limits
    WHERE level = $by AND starts >= CAST(date_trunc('week', current_date) AS DATE) - 84
),
lines AS (
    SELECT id, metric,
           array_to_string(array_agg(
               CASE WHEN value IS NULL THEN '·'
                    ELSE substr('▁▂▃▄▅▆▇█', 1 + CAST(coalesce(floor(7 * value / nullif(highest, 0) + 0.0001), 0) AS BIGINT), 1)
               END ORDER BY starts), '')                        AS drawn,
           max(CASE WHEN starts = newest AND has_left THEN value END) AS left_with,
           max(CASE WHEN starts = newest AND has_left THEN usual END) AS usual,
           max(CASE WHEN starts = newest AND has_left THEN lower END) AS lower,
           max(CASE WHEN starts = newest AND has_left THEN upper END) AS upper
    FROM recent
    GROUP BY id, metric
),
named AS (
    SELECT column1 AS metric, column2 AS words, column3 AS place, column4 AS unit, column5 AS factor
    FROM (VALUES ('change_lead_time',     'change lead time',                1, 'days',   24.0),
                 ('deployment_frequency', 'deployments a week',              2, '',       1.0),
                 ('change_fail_rate',     'change fail rate',                3, '%',      0.01),
                 ('recovery_time',        'failed deployment recovery time', 4, 'hours',  1.0),
                 ('rework_rate',          'deployment rework rate',          5, '%',      0.01)) AS every
),
told AS (
    SELECT begun.id, named.metric, named.words, named.place, named.unit, named.factor,
           CASE named.metric WHEN 'change_lead_time'     THEN figures.median
                             WHEN 'recovery_time'        THEN figures.median
                             WHEN 'deployment_frequency' THEN coalesce(figures.n, 0) / begun.weeks
                             ELSE                             figures.total / figures.n END AS value,
           CASE named.unit WHEN 'days' THEN figures.p90 WHEN 'hours' THEN figures.p90 END   AS p90,
           coalesce(figures.n, 0)                                                           AS n,
           lines.drawn, lines.left_with, lines.usual, lines.lower, lines.upper
    FROM begun
    CROSS JOIN named
    LEFT JOIN figures ON figures.id = begun.id AND figures.metric = named.metric
    LEFT JOIN lines   ON lines.id = begun.id AND lines.metric = named.metric
)
SELECT id                                                                              AS "group",
       words                                                                           AS figure,
       round(value / factor, 1) || CASE unit WHEN '' THEN '' WHEN '%' THEN '%' ELSE ' ' || unit END AS value,
       round(p90 / factor, 1) || ' ' || unit                                           AS p90,
       n                                                                               AS n,
       lpad(drawn, 12, ' ')                                                            AS weeks,
       CASE WHEN left_with IS NOT NULL
            THEN CASE WHEN left_with > usual THEN 'rose to ' ELSE 'fell to ' END || round(left_with / factor, 1)
                 || ', was ' || round(lower / factor, 1) || ' to ' || round(upper / factor, 1) END AS change,
       CASE metric
            WHEN 'change_lead_time'     THEN CASE WHEN value < 24  THEN 'elite' WHEN value < 168 THEN 'high'
                                                  WHEN value < 720 THEN 'medium' WHEN value >= 720 THEN 'low' END
            WHEN 'deployment_frequency' THEN CASE WHEN value > 7   THEN 'elite' WHEN value >= 1 THEN 'high'
                                                  WHEN value >= 0.23 THEN 'medium' ELSE 'low' END
            WHEN 'recovery_time'        THEN CASE WHEN value < 1   THEN 'elite' WHEN value < 24 THEN 'high'
                                                  WHEN value < 168 THEN 'medium' WHEN value >= 168 THEN 'low' END
       END                                                                             AS dora_level
FROM told
ORDER BY "group", place
