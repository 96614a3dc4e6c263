-- signal: security-alert-open
-- duty: security
-- asks: take the update, or put the alert aside with a reason
-- says: {severity} alert on {what} of {repo} is open for {waiting}: {title}
-- folds: {count} security alerts of {repo} are open for too long, the oldest since {oldest}
-- price: breaks
-- patience: 3d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM security_alerts LIMIT 1
-- declare: a GitHub source whose token may read security alerts
-- first: does our code reach it?
--
-- Looked at: alerts of the forge's own scans that are open for longer than their severity allows. An alert
-- without a severity counts as medium; a secret is critical whatever it says. Silent about low ones, which
-- go with the next round of updates, and about repositories that are archived.
WITH open AS (
    SELECT alert.*, current_date - CAST(alert.created_at AS DATE) AS days,
           CASE WHEN alert.kind = 'secret' THEN 'critical' ELSE coalesce(alert.severity, 'medium') END AS weight
    FROM security_alerts AS alert
    LEFT JOIN forge_repositories AS home ON home.source = alert.source AND home.repo = alert.repo
    WHERE alert.state = 'open' AND NOT coalesce(home.is_archived, false)
)
SELECT CONCAT(open.repo, ' ', open.kind, ' alert ', open.number)   AS subject,
       CAST(NULL AS VARCHAR)                                AS owner,
       open.created_at                                      AS since,
       CASE open.weight WHEN 'critical' THEN CAST($alert_abuse_per_day AS DOUBLE)
                        WHEN 'high'     THEN CAST($alert_abuse_per_day AS DOUBLE) / 3
                        ELSE                 CAST($alert_abuse_per_day AS DOUBLE) / 10 END AS probability_per_day,
       CAST(NULL AS DOUBLE)                                 AS impact,
       CAST($secret_impact_days AS DOUBLE)                  AS impact_days,
       open.repo                                            AS repo,
       open.path                                            AS path,
       open.weight                                          AS severity,
       coalesce(open.package, open.path, CONCAT('a ', open.kind)) AS what,
       coalesce(open.title, open.advisory, 'no title')      AS title,
       spans.words                                          AS waiting,
       open.url                                             AS url
FROM open
JOIN spans ON spans.days = open.days
WHERE open.days >= CASE open.weight WHEN 'critical' THEN $alert_critical_days
                                    WHEN 'high'     THEN $alert_high_days
                                    WHEN 'medium'   THEN $alert_medium_days
                                    ELSE 36525 END
