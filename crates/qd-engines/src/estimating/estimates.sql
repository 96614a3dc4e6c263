-- Estimates, and what they are to cover; money only where it is in the company's currency.
SELECT estimates.id,
       estimates.confidence,
       CASE WHEN coalesce(estimates.fixed_price_currency, company.currency) IS NOT DISTINCT FROM company.currency
            THEN CAST(estimates.fixed_price AS DOUBLE) END                              AS fixed_price,
       estimates.project
FROM estimates
LEFT JOIN (SELECT max(currency) AS currency FROM company) AS company ON true
ORDER BY estimates.id
