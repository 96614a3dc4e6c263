-- Projects that are worked on, and those that may come, and who of them is there to do it.
SELECT projects.id,
       coalesce(projects.name, projects.id)                          AS name,
       projects.deadline, projects.started, projects.confidence, projects.probability,
       projects.status = 'proposed'                                  AS is_proposed,
       CAST(projects.value_per_day AS DOUBLE)                        AS delay_cost_per_day,
       crews.people                                                  AS crew
FROM projects
LEFT JOIN (
    SELECT project, array_sort(array_agg(DISTINCT person)) AS people
    FROM (SELECT id AS project, unnest(people) AS person FROM projects
          UNION ALL
          SELECT projects.id, unnest(teams.members)
          FROM projects JOIN teams ON teams.id = projects.team) AS of_it
    GROUP BY project
) AS crews ON crews.project = projects.id
WHERE coalesce(projects.status, 'active') IN ('active', 'proposed')
ORDER BY projects.id
