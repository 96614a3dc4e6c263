-- Projects that are worked on, and those that may come, and who of them is there to do it. What was promised to
-- somebody else (commitments) is a promise of theirs too: the first one counts, and what a day after it costs.
SELECT projects.id,
       coalesce(projects.name, projects.id)                          AS name,
       coalesce(least(projects.deadline, promised.due), projects.deadline, promised.due) AS deadline, projects.started, projects.confidence, projects.probability,
       projects.status = 'proposed'                                  AS is_proposed,
       CASE WHEN projects.value_per_day IS NULL AND promised.penalty_per_day IS NULL THEN NULL
            ELSE coalesce(CAST(projects.value_per_day AS DOUBLE), 0) + coalesce(promised.penalty_per_day, 0) END
                                                                     AS delay_cost_per_day,
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
LEFT JOIN (
    SELECT project, min(due) AS due, CAST(sum(penalty_per_day) AS DOUBLE) AS penalty_per_day
    FROM commitments
    WHERE NOT coalesce(done, false) AND due IS NOT NULL
    GROUP BY project
) AS promised ON promised.project = projects.id
WHERE coalesce(projects.status, 'active') IN ('active', 'proposed')
ORDER BY projects.id
