-- signal: cloud-untagged
-- duty: cloud-cost
-- asks: tag what runs there, or stop it
-- says: {part} % of what {account} costs at {provider} has no tag: {billed} {amount} in {month}
-- price: leaks
-- patience: 14d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM cloud_costs LIMIT 1
-- declare: a source of kind `focus`, the bills of clouds
-- first: who would notice if it were gone?
--
-- Looked at: the last whole month of each account. Beyond a tenth without a tag nobody can say any more whose costs grow, the usual limit of
-- those who manage clouds. Of what nobody claims, the assumed share could go.
WITH last_month AS (
    SELECT CAST(date_trunc('month', CAST(date_trunc('month', max(day) + 3) AS DATE) - 1) AS DATE) AS month
    FROM cloud_costs
    WHERE day <= current_date
),
accounts AS (
    SELECT bills.source, coalesce(bills.provider, bills.source) AS provider, coalesce(bills.account, 'the account') AS account,
           bills.billed_currency AS currency, last_month.month,
           sum(CAST(coalesce(bills.effective, bills.billed) AS DOUBLE)) AS cost,
           sum(CASE WHEN coalesce(array_length(bills.tags), 0) = 0 THEN CAST(coalesce(bills.effective, bills.billed) AS DOUBLE) ELSE 0 END) AS untagged
    FROM cloud_costs AS bills
    JOIN last_month ON CAST(date_trunc('month', bills.day) AS DATE) = last_month.month
    GROUP BY bills.source, coalesce(bills.provider, bills.source), coalesce(bills.account, 'the account'), bills.billed_currency, last_month.month
)
SELECT concat('cloud ', provider, ' ', account)             AS subject,
       CAST(NULL AS VARCHAR)                                AS owner,
       month                                                AS since,
       untagged * $untagged_saving / 30.4375 * CAST(exchange.value AS DOUBLE) AS amount_per_day,
       (SELECT max(currency) FROM company)                  AS currency,
       accounts.currency                                    AS billed,
       provider                                             AS provider,
       account                                              AS account,
       trim(to_char(month, '%B %Y'))                        AS month,
       CAST(round(100 * untagged / cost) AS BIGINT)         AS part,
       CAST(round(untagged) AS BIGINT)                      AS amount
FROM accounts
LEFT JOIN exchange ON exchange.currency = accounts.currency
                  AND accounts.month >= exchange.first_day AND accounts.month < exchange.next_day
WHERE cost > 0 AND untagged > cost * $untagged_share
