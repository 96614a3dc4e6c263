-- What each of several estimators says of a line.
SELECT line_id, "by", estimate_low AS low, estimate_likely AS likely, estimate_high AS high
FROM line_estimates
ORDER BY line_id, "by"
