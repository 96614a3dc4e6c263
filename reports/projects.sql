-- report: projects
-- title: Projects
-- layout: table
-- empty: no project is declared
-- declare: projects, with their repositories, tasks and deadline
--
-- One line a project that is not over: who answers for it, when it is due, how much of its
-- estimated work is done, and when its code last saw a commit.
WITH work AS (
    SELECT project,
           count(*)                                                                             AS tasks,
           count(*) FILTER (WHERE done)                                                         AS tasks_done,
           sum(coalesce(estimate_likely, $task_days)) FILTER (WHERE NOT coalesce(done, false))  AS days_left
    FROM tasks
    GROUP BY project
),
heard AS (
    SELECT areas.id, max(work.commit_time) AS latest
    FROM areas
    JOIN authored_commits AS work ON work.repo = areas.repo
    WHERE areas.kind = 'project' AND areas.path_like = '%'
    GROUP BY areas.id
    UNION ALL
    SELECT areas.id, max(ownership.last_touched)
    FROM areas
    JOIN ownership ON ownership.repo = areas.repo AND ownership.path LIKE areas.path_like
    WHERE areas.kind = 'project' AND areas.path_like <> '%'
    GROUP BY areas.id
),
latest AS (
    SELECT id, CAST(max(latest) AS DATE) AS latest FROM heard GROUP BY id
)
SELECT coalesce(projects.name, projects.id)                                AS project,
       coalesce(projects.status, 'active')                                 AS status,
       coalesce(people.name, projects.lead, 'nobody')                      AS lead,
       coalesce(relations.name, projects.client)                           AS client,
       projects.deadline                                                   AS deadline,
       CASE WHEN work.tasks > 0 THEN work.tasks_done || ' of ' || work.tasks END AS tasks_done,
       CAST(round(work.days_left) AS BIGINT)                               AS days_of_work_left,
       spans.words || ' ago'                                               AS last_commit
FROM projects
LEFT JOIN work      ON work.project = projects.id
LEFT JOIN latest    ON latest.id = projects.id
LEFT JOIN spans     ON spans.days = current_date - latest.latest
LEFT JOIN people    ON people.id = projects.lead
LEFT JOIN relations ON relations.id = projects.client
WHERE coalesce(projects.status, 'active') NOT IN ('done', 'cancelled')
ORDER BY projects.deadline NULLS LAST, project
