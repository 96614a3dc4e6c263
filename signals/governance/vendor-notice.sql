-- signal: vendor-notice
-- duty: vendors
-- asks: decide: renew, cancel or renegotiate
-- says: {name} renews by itself on {renews}{cost}; notice is to be given by {deadline}, and nothing is decided
-- price: leaks
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM vendors WHERE renews IS NOT NULL LIMIT 1
-- declare: vendors with `renews` and `notice`
-- first: who still uses it, and what would we pay for it today?
--
-- Looked at: contracts whose last day for notice comes within two months and for which no
-- decision is written down. Past that day nothing can be decided any more, so nothing is said.
-- What can be saved is lost on that day; spread over the days that are left it is the price
-- of waiting, and so grows as they get fewer.
WITH contracts AS (
    SELECT id, coalesce(name, id) AS name, owner, renews,
           CAST(cost_per_year AS DOUBLE) AS cost_per_year, cost_per_year_currency AS currency,
           renews - CAST(coalesce(notice, $notice_days) AS BIGINT) AS notice_day
    FROM vendors
    WHERE decision IS NULL
)
SELECT 'vendor ' || id                 AS subject,
       owner                           AS owner,
       notice_day - $notice_ahead_days AS since,
       cost_per_year * $vendor_saving / greatest(notice_day - current_date, 1) AS amount_per_day,
       $vendor_saving_days / CAST(greatest(notice_day - current_date, 1) AS DOUBLE) AS amount_days_per_day,
       currency                        AS currency,
       notice_day                      AS deadline,
       id                              AS vendor,
       name                            AS name,
       renews                          AS renews,
       coalesce(' for ' || currency || ' ' || CAST(CAST(cost_per_year AS BIGINT) AS VARCHAR) || ' a year', '') AS cost
FROM contracts
WHERE notice_day BETWEEN current_date AND current_date + $notice_ahead_days
