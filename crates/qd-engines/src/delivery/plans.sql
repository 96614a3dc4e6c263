-- What accepted plans said of projects of which all is done, and the day on which the last of it was.
SELECT plan_history.plan, plan_history.project, plan_history.p50, plan_history.p80, over."last" AS done
FROM plan_history
JOIN (
    SELECT project, max("last") AS "last"
    FROM task_progress
    GROUP BY project
    HAVING bool_and(is_done) AND max("last") IS NOT NULL
) AS over ON over.project = plan_history.project
WHERE over."last" >= TRY_CAST(plan_history.plan AS DATE)
ORDER BY plan_history.plan, plan_history.project
