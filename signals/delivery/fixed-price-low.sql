-- signal: fixed-price-low
-- duty: estimates
-- asks: ask for more, offer less, or agree on days with a cap
-- says: {name} is offered for {fixed}, and half of the cases need more than {needed}{lost}
-- price: leaks
-- patience: 1d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM estimates WHERE fixed_price IS NOT NULL LIMIT 1
-- declare: estimates with a fixed price, and a rate card
-- first: which line drives the spread? `quarterdeck estimate run` says it
--
-- Looked at: estimates that are not lost or withdrawn, whose fixed price is below the middle of what the work would be sold for by
-- the rate card; where no rate is known, of what it costs. What leaks is the difference, spread over a quarter.
SELECT 'estimate ' || estimates.id          AS subject,
       estimates.owner                      AS owner,
       coalesce(estimates.sent, estimates.asserted) AS since,
       (coalesce(odds.price_p50, odds.cost_p50) - odds.fixed_price) / 90 AS amount_per_day,
       estimates.fixed_price_currency       AS currency,
       coalesce(estimates.name, estimates.id) AS name,
       CAST(CAST(round(odds.fixed_price) AS BIGINT) AS VARCHAR) AS fixed,
       CAST(CAST(round(coalesce(odds.price_p50, odds.cost_p50)) AS BIGINT) AS VARCHAR) AS needed,
       coalesce('; it loses money in ' || CAST(round(odds.loss * 100) AS BIGINT) || ' of 100', '') AS lost
FROM estimate_odds AS odds
JOIN estimates ON estimates.id = odds.estimate
WHERE coalesce(estimates.status, 'draft') IN ('draft', 'sent', 'won')
  AND odds.fixed_price < coalesce(odds.price_p50, odds.cost_p50)
