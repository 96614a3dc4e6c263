-- unit: promise_kept share
-- unit: items_done_a_week per week
-- unit: items_added_a_week per week
--
-- What is promised of a project, what its plan and its pace say, and what it costs.
SELECT coalesce(projects.status, 'active')            AS status,
       coalesce(relations.name, projects.client)      AS client,
       projects.lead, people.name                     AS lead_name,
       projects.team, teams.name                      AS team_name,
       coalesce(risk.deadline, projects.deadline)     AS promised,
       risk.kept                                      AS promise_kept,
       risk.p50                                       AS plan_half,
       risk.p80                                       AS plan_8_of_10,
       risk.p95                                       AS plan_95_of_100,
       pace.items_left                                AS open_items,
       pace.p50_as_it_is                              AS pace_half,
       pace.p85_as_it_is                              AS pace_85_of_100,
       pace.done_a_week                               AS items_done_a_week,
       pace.added_a_week                              AS items_added_a_week,
       projects.value_currency                        AS money_in,
       projects.value, projects.budget,
       CAST(round(costs.spent) AS BIGINT)             AS spent,
       CAST(round(costs.to_come) AS BIGINT)           AS to_come
FROM projects
LEFT JOIN people                     ON people.id = projects.lead
LEFT JOIN teams                      ON teams.id = projects.team
LEFT JOIN relations                  ON relations.id = projects.client
LEFT JOIN plan_risk AS risk          ON risk.project = projects.id
LEFT JOIN delivery_forecasts AS pace ON pace.project = projects.id
LEFT JOIN project_costs AS costs     ON costs.project = projects.id
WHERE projects.id = $about
