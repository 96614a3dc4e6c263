-- unit: kept share
-- unit: kept_with share
--
-- Single changes to the plan that would make the promise surer, each run anew by itself.
SELECT question AS change, kept, kept_with, p80_with AS ready_8_of_10, saved
FROM remedies
WHERE project = $about
ORDER BY kept_with DESC, question
