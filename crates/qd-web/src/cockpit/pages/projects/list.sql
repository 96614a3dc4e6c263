-- unit: kept share
--
-- Every project that is not over: what is promised, what the plan says of it, and what its pace says.
WITH work AS (
    SELECT project, count(*) AS tasks, count(*) FILTER (WHERE done) AS tasks_done
    FROM tasks
    GROUP BY project
)
SELECT projects.id                                                                 AS project,
       coalesce(projects.name, projects.id)                                        AS project_name,
       coalesce(relations.name, projects.client)                                   AS client,
       projects.lead, people.name                                                  AS lead_name,
       coalesce(risk.deadline, projects.deadline)                                  AS promised,
       risk.kept,
       risk.p50                                                                    AS plan_half,
       risk.p80                                                                    AS plan_8_of_10,
       CASE WHEN work.tasks > 0 THEN concat(work.tasks_done, ' of ', work.tasks) END AS tasks_done,
       pace.items_left                                                             AS open_items,
       pace.p50_as_it_is                                                           AS pace_half,
       pace.p85_as_it_is                                                           AS pace_85_of_100,
       coalesce(projects.status, 'active')                                         AS status
FROM projects
LEFT JOIN people                     ON people.id = projects.lead
LEFT JOIN relations                  ON relations.id = projects.client
LEFT JOIN plan_risk AS risk          ON risk.project = projects.id
LEFT JOIN work                       ON work.project = projects.id
LEFT JOIN delivery_forecasts AS pace ON pace.project = projects.id
WHERE coalesce(projects.status, 'active') NOT IN ('done', 'cancelled')
ORDER BY promised NULLS LAST, project_name
