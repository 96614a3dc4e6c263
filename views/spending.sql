-- kept: yes
--
-- What was spent, a cost a row, in the company's currency: what books or banks say (`booked_costs`), bills of
-- clouds in months in which no books hold anything of that provider or of a line of kind `cloud`, and payroll from declared rates where no
-- books hold any (`is_assumed`). `amount` is null where a currency has no rate on that day: such rows
-- are counted, never taken for 0. `line` is the line of the budget that it falls to, if any.
WITH own AS (
    SELECT max(currency) AS currency FROM company
),
cloud_lines AS (
    SELECT DISTINCT covers.what, covers.likeness, covers.below FROM budget_covers AS covers WHERE covers.kind = 'cloud' AND covers.what IN ('account', 'vendor')
),
-- Months in which books hold the bill of a cloud.
billed AS (
    SELECT DISTINCT CAST(date_trunc('month', valued.day) AS DATE) AS month, valued.vendor
    FROM booked_costs AS valued
    WHERE valued.vendor IS NOT NULL
    UNION
    SELECT DISTINCT CAST(date_trunc('month', valued.day) AS DATE), CAST(NULL AS VARCHAR)
    FROM booked_costs AS valued
    JOIN cloud_lines AS covers
      ON (covers.what = 'vendor' AND lower(valued.vendor) LIKE covers.likeness)
      OR (covers.what = 'account' AND (lower(valued.account) LIKE covers.likeness
                                       OR lower(valued.account) LIKE covers.below))
),
cloud_tags AS (
    SELECT tagged.source, tagged.id, min(projects.id) AS project, min(teams.id) AS team
    FROM (SELECT source, id, lower(split_part(tag, '=', 1)) AS name, split_part(tag, '=', 2) AS value
          FROM (SELECT source, id, unnest(tags) AS tag FROM cloud_costs) AS own) AS tagged
    LEFT JOIN projects ON tagged.name = 'project' AND lower(projects.id) = lower(tagged.value)
    LEFT JOIN teams    ON tagged.name = 'team'    AND lower(teams.id) = lower(tagged.value)
    GROUP BY tagged.source, tagged.id
),
clouds AS (
    SELECT bills.source, bills.id, bills.day, bills.account, bills.provider AS payee, bills.region AS text, 'cloud' AS origin,
           CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS place, payees.vendor, tags.project, tags.team, bills.service,
           bills.billed AS paid, bills.billed_currency AS paid_currency,
           CAST(round(bills.billed * exchange.value, 2) AS DECIMAL(18, 2)) AS amount,
           false AS assumed
    FROM cloud_costs AS bills
    LEFT JOIN vendor_payees AS payees ON payees.payee = bills.provider
    LEFT JOIN cloud_tags AS tags ON tags.source = bills.source AND tags.id = bills.id
    LEFT JOIN exchange ON exchange.currency = bills.billed_currency
                      AND bills.day >= exchange.first_day AND bills.day < exchange.next_day
    LEFT JOIN (SELECT DISTINCT month, vendor FROM billed WHERE vendor IS NOT NULL) AS of_vendor
      ON of_vendor.month = date_trunc('month', bills.day) AND of_vendor.vendor = payees.vendor
    LEFT JOIN (SELECT DISTINCT month FROM billed WHERE vendor IS NULL) AS of_line
      ON of_line.month = date_trunc('month', bills.day)
    WHERE of_vendor.month IS NULL AND of_line.month IS NULL
),
booked_payroll AS (
    SELECT count(*) AS rows
    FROM booked_costs AS valued
    LEFT JOIN budget_covers AS covers
      ON covers.kind = 'payroll' AND covers.what = 'account'
     AND lower(valued.account) LIKE concat(covers.likeness, '%')
    WHERE valued.day >= current_date - 366
      AND (covers.line IS NOT NULL OR valued.account ~* 'payroll|salar|wages|gehalt|gehälter|l(o|ö)hne|lohn')
),
payroll AS (
    SELECT 'people' AS source, CAST(month AS VARCHAR) AS id, month AS day, 'payroll' AS account, CAST(NULL AS VARCHAR) AS payee,
           people || ' people by their declared rates' AS text, 'payroll' AS origin,
           CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS place, CAST(NULL AS VARCHAR) AS vendor,
           CAST(NULL AS VARCHAR) AS project, CAST(NULL AS VARCHAR) AS team, CAST(NULL AS VARCHAR) AS service,
           amount AS paid, own.currency AS paid_currency, amount, true AS assumed
    FROM assumed_payroll
    CROSS JOIN own
    CROSS JOIN booked_payroll
    WHERE booked_payroll.rows = 0 AND assumed_payroll.is_known AND people >= 3
),
every AS (
    SELECT source, id, day, account, payee, text, origin, file, place, vendor, project, team, service, paid, paid_currency, amount,
           CAST(false AS BOOLEAN) AS assumed
    FROM booked_costs
    UNION ALL
    SELECT source, id, day, account, payee, text, origin, file, place, vendor, project, team, service, paid, paid_currency, amount, assumed
    FROM clouds
    UNION ALL
    SELECT source, id, day, account, payee, text, origin, file, place, vendor, project, team, service, paid, paid_currency, amount, assumed
    FROM payroll
),
things AS (
    SELECT DISTINCT origin, account, vendor, project, team, service FROM every
),
fits AS (
    SELECT things.*, covers.line, covers.place, covers."from", covers."to"
    FROM things
    JOIN budget_covers AS covers
      ON (covers.what = 'project' AND lower(things.project) LIKE covers.likeness)
      OR (covers.what = 'vendor' AND lower(things.vendor) LIKE covers.likeness)
      OR (covers.what = 'team' AND lower(things.team) LIKE covers.likeness)
      OR (covers.what = 'service' AND (lower(things.service) LIKE covers.likeness
                                       OR (things.origin = 'cloud' AND lower(things.account) LIKE covers.likeness)))
      OR (covers.what = 'account' AND things.origin <> 'cloud'
          AND (lower(things.account) LIKE covers.likeness
               OR lower(things.account) LIKE covers.below))
      OR (covers.what = 'kind' AND covers.likeness = things.origin)
),
placed AS (
    SELECT every.source, every.id, every.day,
           first_value(fits.line ORDER BY fits.place, fits.line) AS line
    FROM every
    JOIN fits ON fits.origin = every.origin
             AND (fits.account IS NOT DISTINCT FROM every.account)
             AND (fits.vendor  IS NOT DISTINCT FROM every.vendor)
             AND (fits.project IS NOT DISTINCT FROM every.project)
             AND (fits.team    IS NOT DISTINCT FROM every.team)
             AND (fits.service IS NOT DISTINCT FROM every.service)
             AND every.day BETWEEN fits."from" AND fits."to"
    GROUP BY every.source, every.id, every.day
)
SELECT every.source, every.id, every.day, every.amount, own.currency, every.paid, every.paid_currency,
       every.account, every.payee, every.text, every.origin, every.vendor, every.project, every.team, every.service,
       placed.line, every.assumed AS is_assumed, every.file, every.place
FROM every
CROSS JOIN own
LEFT JOIN placed ON placed.source = every.source AND placed.id = every.id AND placed.day = every.day
