-- unit: kept share
-- unit: days days
--
-- What each accepted plan said of a project.
SELECT plan_history.plan AS accepted, plan_history.deadline AS promised, plan_history.p50 AS plan_half, plan_history.p80 AS plan_8_of_10,
       plan_history.kept, plan_history.days
FROM plan_history
WHERE plan_history.project = $about
ORDER BY accepted DESC
