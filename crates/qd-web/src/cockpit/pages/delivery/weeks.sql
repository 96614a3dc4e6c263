-- unit: lead_time days
-- unit: fail_rate share
-- unit: time_to_restore hours
-- unit: rework_rate share
--
-- The figures of delivery of each group, week by week for half a year. What a week says nothing about is unknown; that nobody
-- deployed is known.
SELECT limits.id AS about, coalesce(services.name, teams.name, projects.name, limits.id) AS about_name, limits.starts AS week,
       max(CASE WHEN limits.metric = 'change_lead_time'     THEN limits.value / 24 END)      AS lead_time,
       CAST(max(CASE WHEN limits.metric = 'deployment_frequency' THEN limits.value END) AS BIGINT) AS deployments,
       max(CASE WHEN limits.metric = 'change_fail_rate'     THEN limits.value END)           AS fail_rate,
       max(CASE WHEN limits.metric = 'recovery_time'        THEN limits.value END)           AS time_to_restore,
       max(CASE WHEN limits.metric = 'rework_rate'          THEN limits.value END)           AS rework_rate
FROM delivery_limits AS limits
LEFT JOIN services ON services.id = limits.id AND limits.level = 'service'
LEFT JOIN teams    ON teams.id = limits.id AND limits.level = 'team'
LEFT JOIN projects ON projects.id = limits.id AND limits.level = 'project'
WHERE limits.level = $about AND limits.starts >= current_date - 190
GROUP BY limits.id, services.name, teams.name, projects.name, limits.starts
ORDER BY about_name, week
