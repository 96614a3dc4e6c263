-- What the books say was spent, as they write it: postings to accounts of expenses, and to accounts that a
-- line of the budget names. Where no books are read that hold expenses, what left the accounts of banks, as their statements
-- say. What stands in both is counted once: books go first. Tags name a project, team or service
-- (`project=atlas`, or the id alone).
WITH accounts AS (
    SELECT DISTINCT entries.account
    FROM (SELECT DISTINCT account FROM ledger_entries WHERE kind IS NULL) AS entries
    JOIN budget_covers AS covers
      ON covers.what = 'account'
     AND (lower(entries.account) LIKE covers.likeness
          OR lower(entries.account) LIKE covers.below)
),
posted AS (
    SELECT entries.*
    FROM ledger_entries AS entries
    LEFT JOIN accounts ON accounts.account = entries.account
    WHERE entries.kind = 'expense' OR (entries.kind IS NULL AND accounts.account IS NOT NULL)
),
booked AS (
    SELECT count(*) AS rows FROM posted
),
costs AS (
    SELECT source, id, day, account, amount, amount_currency, booked, booked_currency, payee, text, tags,
           'books' AS origin, file, line
    FROM posted
    UNION ALL
    SELECT source, id, day, account, -amount, amount_currency, booked, booked_currency, payee, text, tags, 'statement', file, line
    FROM ledger_entries
    CROSS JOIN booked
    WHERE kind = 'statement' AND amount < 0 AND booked.rows = 0
),
tagged AS (
    SELECT source, id,
           CASE WHEN strpos(tag, '=') > 0 THEN lower(split_part(tag, '=', 1)) ELSE '' END AS name,
           CASE WHEN strpos(tag, '=') > 0 THEN split_part(tag, '=', 2) ELSE tag END       AS value
    FROM (SELECT source, id, unnest(tags) AS tag FROM costs) AS own
),
marks AS (
    SELECT tagged.source, tagged.id, min(projects.id) AS project, min(teams.id) AS team, min(services.id) AS service
    FROM tagged
    LEFT JOIN projects ON tagged.name IN ('project', '') AND lower(projects.id) = lower(tagged.value)
    LEFT JOIN teams    ON tagged.name IN ('team', '')    AND lower(teams.id) = lower(tagged.value)
    LEFT JOIN services ON tagged.name IN ('service', '') AND lower(services.id) = lower(tagged.value)
    GROUP BY tagged.source, tagged.id
)
SELECT costs.source, costs.id, costs.day, costs.account, costs.payee, costs.text, costs.origin, costs.file, costs.line,
       costs.amount          AS paid,
       costs.amount_currency AS paid_currency,
       costs.booked,
       costs.booked_currency,
       payees.vendor,
       marks.project,
       marks.team,
       marks.service
FROM costs
LEFT JOIN vendor_payees AS payees ON payees.payee = coalesce(costs.payee, costs.text)
LEFT JOIN marks ON marks.source = costs.source AND marks.id = costs.id
