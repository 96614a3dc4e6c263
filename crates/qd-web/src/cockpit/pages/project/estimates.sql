-- unit: effort_half days
-- unit: effort_8_of_10 days
-- unit: loss share
--
-- The estimates that a project came from, and what they said.
SELECT coalesce(estimates.name, estimates.id) AS estimate, coalesce(estimates.status, 'draft') AS status, estimates.sent,
       odds.effort_p50 AS effort_half, odds.effort_p80 AS effort_8_of_10, odds.price, odds.cost, odds.fixed_price, odds.loss
FROM estimates
LEFT JOIN estimate_odds AS odds ON odds.estimate = estimates.id
WHERE estimates.project = $about
ORDER BY estimates.sent DESC NULLS LAST, estimates.id
