-- signal: lead-time-left-limits
-- duty: delivery-promises
-- asks: look at the changes of that week together: where did they wait?
-- says: the lead time of {whose} rose to {hours} in the week from {week}, and was never above {upper} by chance before
-- price: waits
-- patience: 5d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM (SELECT 1 FROM landed_changes WHERE first_commit_at IS NOT NULL LIMIT 1) AS landed CROSS JOIN (SELECT 1 FROM deployments WHERE status = 'success' LIMIT 1) AS deployed
-- declare: a source of change requests that tells their commits, and one of deployments to production
-- first: is it one change that lay for long, or all of them?
--
-- Looked at: the newest full week of each team's lead time, or the company's where no team deploys
-- anything, against the natural limits of the half year before (XmR chart, see docs/delivery.md). Only a
-- week above them is told, and only one with enough changes that their median says something: all else is
-- noise, however large it looks.
WITH newest AS (
    SELECT level, id, starts, value, upper, usual, n, has_left
    FROM delivery_limits
    WHERE metric = 'change_lead_time'
      AND level IN ('team', 'company')
      AND starts = CAST(date_trunc('week', current_date) AS DATE) - 7
),
teams_known AS (
    SELECT count(*) AS teams FROM service_groups WHERE level = 'team'
)
SELECT newest.level || ' ' || newest.id                                                AS subject,
       CAST(NULL AS VARCHAR)                                                           AS owner,
       newest.starts                                                                   AS since,
       CAST(newest.n AS DOUBLE) / 5                                                    AS people,
       least((newest.value - newest.usual) / 24 * $lead_time_share, 1.0)               AS share,
       CASE newest.level WHEN 'team' THEN newest.id END                                AS team,
       CASE newest.level WHEN 'team' THEN newest.id ELSE 'the company' END             AS whose,
       CAST(round(newest.value) AS BIGINT) || ' hours'                                 AS hours,
       CAST(round(newest.upper) AS BIGINT) || ' hours'                                 AS upper,
       newest.starts                                                                   AS week,
       'median of ' || newest.n || ' changes'                                          AS evidence
FROM newest
CROSS JOIN teams_known
WHERE newest.has_left
  AND newest.value > newest.upper
  AND newest.n >= $lead_time_changes
  AND (newest.level = 'team' OR teams_known.teams = 0)
