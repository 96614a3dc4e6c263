-- kept: yes
--
-- What the books say was spent, as they write it and in the company's currency: postings to accounts of expenses, and to accounts
-- without a kind that a line of the budget names. Where no books are read that hold expenses, what left the accounts of banks, as
-- their statements say. What stands in both is counted once: books go first. Tags name a project, team or service
-- (`project=atlas`, or the id alone). `amount` is null where the currency has no rate on that day; what the books themselves
-- booked it at goes before a declared rate.
WITH own AS (
    SELECT max(currency) AS currency FROM company
),
accounts AS (
    SELECT DISTINCT entries.account
    FROM (SELECT DISTINCT account FROM ledger_entries WHERE kind IS NULL) AS entries
    JOIN budget_covers AS covers
      ON covers.what = 'account'
     AND (lower(entries.account) LIKE covers.likeness OR lower(entries.account) LIKE covers.below)
),
told AS (
    SELECT (SELECT count(*) FROM ledger_entries WHERE kind = 'expense') + (SELECT count(*) FROM accounts) AS rows
),
costs AS (
    SELECT entries.*,
           CASE WHEN entries.kind = 'statement' THEN 'statement' ELSE 'books' END          AS origin,
           CASE WHEN entries.kind = 'statement' THEN -entries.amount ELSE entries.amount END AS paid
    FROM ledger_entries AS entries
    CROSS JOIN told
    LEFT JOIN accounts ON accounts.account = entries.account
    WHERE entries.kind = 'expense'
       OR (entries.kind IS NULL AND accounts.account IS NOT NULL)
       OR (entries.kind = 'statement' AND entries.amount < 0 AND told.rows = 0)
),
names AS (
    SELECT id, 'project' AS what FROM projects
    UNION ALL
    SELECT id, 'team' FROM teams
    UNION ALL
    SELECT id, 'service' FROM services
),
marked AS (
    SELECT lower(id) AS tag, id, what FROM names
    UNION ALL
    SELECT lower(concat(what, '=', id)), id, what FROM names
),
marks AS (
    SELECT tagged.source, tagged.id,
           min(CASE WHEN marked.what = 'project' THEN marked.id END) AS project,
           min(CASE WHEN marked.what = 'team' THEN marked.id END)    AS team,
           min(CASE WHEN marked.what = 'service' THEN marked.id END) AS service
    FROM (SELECT source, id, unnest(tags) AS tag FROM ledger_entries) AS tagged
    JOIN marked ON marked.tag = lower(tagged.tag)
    GROUP BY tagged.source, tagged.id
)
SELECT costs.source, costs.id, costs.day, costs.account, costs.payee, costs.text, costs.origin, costs.file, costs.line AS place,
       payees.vendor, marks.project, marks.team, marks.service,
       costs.paid,
       costs.amount_currency                                                  AS paid_currency,
       CASE WHEN costs.amount_currency = own.currency THEN costs.paid
            WHEN costs.booked_currency = own.currency THEN costs.booked
            ELSE CAST(round(costs.paid * exchange.value, 2) AS DECIMAL(18, 2)) END AS amount
FROM costs
CROSS JOIN own
LEFT JOIN vendor_payees AS payees ON payees.payee = coalesce(costs.payee, costs.text)
LEFT JOIN marks ON marks.source = costs.source AND marks.id = costs.id
LEFT JOIN exchange ON exchange.currency = costs.amount_currency
                  AND costs.day >= exchange.first_day AND costs.day < exchange.next_day
