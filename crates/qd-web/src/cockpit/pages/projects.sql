SELECT coalesce(projects.name, projects.id) AS project,
       coalesce(projects.status, 'active') AS status,
       projects.lead,
       coalesce(risk.deadline, projects.deadline) AS promised,
       risk.p50 AS planned_half,
       risk.p80 AS planned_8_of_10,
       risk.kept AS promise_kept,
       risk.days AS days_left,
       pace.items_left,
       pace.p50 AS by_pace_half,
       pace.p85 AS by_pace_85_of_100
FROM projects
LEFT JOIN plan_risk AS risk          ON risk.project = projects.id
LEFT JOIN delivery_forecasts AS pace ON pace.project = projects.id
WHERE coalesce(projects.status, 'active') NOT IN ('done', 'cancelled')
ORDER BY promised NULLS LAST, project
