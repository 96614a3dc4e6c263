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
    SELECT covers.what, covers.likeness, covers.below FROM budget_covers AS covers WHERE covers.kind = 'cloud' AND covers.what IN ('account', 'vendor')
),
-- Months in which books hold the bill of a cloud: of these vendors, or of a line of that kind.
billed AS (
    SELECT CAST(date_trunc('month', costs.day) AS DATE) AS month, array_agg(DISTINCT costs.vendor) AS vendors,
           bool_or(covers.what IS NOT NULL) AS is_line
    FROM booked_costs AS costs
    LEFT JOIN cloud_lines AS covers
      ON (covers.what = 'vendor' AND lower(costs.vendor) LIKE covers.likeness)
      OR (covers.what = 'account' AND (lower(costs.account) LIKE covers.likeness OR lower(costs.account) LIKE covers.below))
    GROUP BY CAST(date_trunc('month', costs.day) AS DATE)
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
    LEFT JOIN billed ON billed.month = CAST(date_trunc('month', bills.day) AS DATE)
    WHERE NOT coalesce(billed.is_line, false) AND NOT coalesce(array_has(billed.vendors, payees.vendor), false)
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
    SELECT every.*, fits.line,
           row_number() OVER (PARTITION BY every.source, every.id, every.day ORDER BY fits.place, fits.line) AS rank
    FROM every
    LEFT JOIN fits ON fits.origin = every.origin
                  AND (fits.account IS NOT DISTINCT FROM every.account)
                  AND (fits.vendor  IS NOT DISTINCT FROM every.vendor)
                  AND (fits.project IS NOT DISTINCT FROM every.project)
                  AND (fits.team    IS NOT DISTINCT FROM every.team)
                  AND (fits.service IS NOT DISTINCT FROM every.service)
                  AND every.day BETWEEN fits."from" AND fits."to"
)
SELECT placed.source, placed.id, placed.day, placed.amount, own.currency, placed.paid, placed.paid_currency,
       placed.account, placed.payee, placed.text, placed.origin, placed.vendor, placed.project, placed.team, placed.service,
       placed.line, placed.assumed AS is_assumed, placed.file, placed.place
FROM placed
CROSS JOIN own
WHERE placed.rank = 1
