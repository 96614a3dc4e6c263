-- unit: probability share
--
-- What may come in the way of a project: risks of its estimates, and those of the company that its lead watches.
SELECT coalesce(risks.title, risks.id) AS risk, risks.probability, risks.cost AS impact, CAST(NULL AS VARCHAR) AS person, risks.answer
FROM estimate_risks AS risks
JOIN estimates ON estimates.id = risks."of"
WHERE estimates.project = $about
UNION ALL
SELECT coalesce(risks.title, risks.id), risks.probability_per_year, risks.impact, risks.owner, risks.treatment
FROM risks
JOIN projects ON projects.lead = risks.owner
WHERE projects.id = $about
ORDER BY risk
