-- report: budget
-- title: Budget
-- layout: table
-- empty: no line of the budget runs today, or none that its reader may see
-- declare: lines of the budget (`budget`), and books: a source of kind `ledger` or `focus`, or a table of `ledger_entries`
--
-- How each line of the budget that runs today stands, in the company's currency: spent, bound to come, and the forecast at
-- its end with the range that holds in eight of ten cases; in the note, what of the variance to date can be explained. Below: what was spent in the same time and falls to no line, and the
-- burn of a month against the cash. A line is shown to who reads for the company (`me`), to its owner (the lead, where a team
-- owns it) and to whoever they report to; what falls to no line and the cash only to the first. Nobody's rate is shown, and what is assumed
-- says so.
WITH RECURSIVE reader AS (
    SELECT $reader AS person
),
above AS (
    SELECT id AS person, reports_to AS manager, 1 AS level FROM people WHERE reports_to IS NOT NULL
    UNION ALL
    SELECT above.person, people.reports_to, above.level + 1
    FROM above
    JOIN people ON people.id = above.manager
    WHERE people.reports_to IS NOT NULL AND above.level < 12
),
-- Who reads for the company: `me`; where that is not said, who has reports and a manager has not, and anybody where
-- at most one person is declared.
top AS (
    SELECT count(*) > 0 AS is_it
    FROM reader
    CROSS JOIN company
    LEFT JOIN people ON people.id = reader.person
    WHERE reader.person = company.me
       OR (company.me IS NULL AND people.reports_to IS NULL AND people.id IN (SELECT manager FROM above))
       OR (company.me IS NULL AND (SELECT count(*) FROM people) <= 1)
),
owned AS (
    SELECT status.line, coalesce(teams.lead, status.owner) AS person
    FROM budget_status AS status
    LEFT JOIN teams ON teams.id = status.owner
),
seen AS (
    SELECT DISTINCT owned.line
    FROM owned
    CROSS JOIN reader
    LEFT JOIN above ON above.person = owned.person AND above.manager = reader.person
    CROSS JOIN top
    WHERE top.is_it OR owned.person = reader.person OR above.person IS NOT NULL
),
lines AS (
    SELECT 1 AS part, status.name AS line, coalesce(people.name, teams.name, status.owner, 'nobody') AS owner, status.last_day AS until,
           status.planned AS budget, status.spent, status.committed, status.low, status.likely, status.high,
           status.likely - CAST(status.planned AS DOUBLE) AS over,
           concat_ws('; ',
               CASE WHEN abs(status.by_price) >= 1  THEN concat(CAST(round(status.by_price) AS BIGINT), ' by price') END,
               CASE WHEN abs(status.by_volume) >= 1 THEN concat(CAST(round(status.by_volume) AS BIGINT), ' by volume') END,
               CASE WHEN abs(status.by_time) >= 1   THEN concat(CAST(round(status.by_time) AS BIGINT), ' paid ahead') END,
               CASE WHEN status.unknown > 0 THEN concat(status.unknown, ' costs in a currency without a rate') END,
               CASE WHEN status.planned IS NULL THEN 'its amount is in a currency without a rate' END,
               CASE WHEN status.is_assumed THEN 'payroll assumed from rates' END,
               CASE WHEN status.likely IS NULL AND status.unknown = 0 THEN 'nothing to forecast from yet'
                    WHEN status.whole_months < 3 THEN concat('from ', status.whole_months, CASE status.whole_months WHEN 1 THEN ' month' ELSE ' months' END) END) AS note
    FROM budget_status AS status
    JOIN seen ON seen.line = status.line
    LEFT JOIN people ON people.id = status.owner
    LEFT JOIN teams  ON teams.id = status.owner
),
elsewhere AS (
    SELECT sum(spending.amount) AS spent, count(*) FILTER (WHERE spending.amount IS NULL) AS unknown, count(*) AS costs
    FROM spending
    CROSS JOIN (SELECT min(first_day) AS day FROM budget_status) AS began
    CROSS JOIN top
    WHERE top.is_it AND spending.line IS NULL AND spending.day BETWEEN began.day AND current_date
),
-- What only a line of the budget has.
unsaid AS (
    SELECT CAST(NULL AS VARCHAR) AS owner, CAST(NULL AS DATE) AS until, CAST(NULL AS DECIMAL(18, 2)) AS budget, CAST(NULL AS DOUBLE) AS committed,
           CAST(NULL AS DOUBLE) AS low, CAST(NULL AS DOUBLE) AS likely, CAST(NULL AS DOUBLE) AS high, CAST(NULL AS DOUBLE) AS over
),
every AS (
    SELECT part, line, owner, until, budget, spent, committed, low, likely, high, over, note
    FROM lines
    UNION ALL
    SELECT 2, 'no line', unsaid.owner, unsaid.until, unsaid.budget, CAST(spent AS DECIMAL(18, 2)),
           unsaid.committed, unsaid.low, unsaid.likely, unsaid.high, unsaid.over,
           concat(costs, ' costs', CASE WHEN unknown > 0 THEN concat('; ', unknown, ' in a currency without a rate') ELSE '' END)
    FROM elsewhere
    CROSS JOIN unsaid
    WHERE costs > 0
    UNION ALL
    SELECT 3, 'cash', unsaid.owner, unsaid.until, unsaid.budget, runway.cash,
           unsaid.committed, unsaid.low, unsaid.likely, unsaid.high, unsaid.over,
           concat_ws('; ',
               CASE WHEN runway.cash IS NULL THEN 'not declared, or in a currency without a rate' END,
               CASE WHEN runway.run_rate IS NULL THEN 'costs of a month not known'
                    ELSE concat('costs of a month ', CAST(round(runway.run_rate) AS BIGINT), '; burn of a month ', CAST(round(runway.burn) AS BIGINT)) END,
               CASE WHEN runway.months IS NOT NULL THEN concat('lasts ', round(runway.months, 1), ' months') END,
               CASE WHEN NOT runway.has_payroll THEN 'no payroll is known' END)
    FROM runway
    CROSS JOIN top
    CROSS JOIN unsaid
    WHERE top.is_it AND (SELECT count(*) FROM spending) > 0
)
SELECT line, owner, until, budget, spent,
       CAST(round(committed) AS BIGINT)     AS committed,
       CAST(round(likely) AS BIGINT)        AS forecast,
       CAST(round(low) AS BIGINT)           AS low,
       CAST(round(high) AS BIGINT)          AS high,
       CAST(round(over) AS BIGINT)          AS over,
       note
FROM every
ORDER BY part, line
