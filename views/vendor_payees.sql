-- kept: yes
--
-- The vendor that is meant by what stands in books as payee (or as text, where nothing stands there): one of its
-- `payees` fits, or the words begin with its name, product or id. Of several vendors the one with the longest
-- pattern, then the first.
WITH names AS (
    SELECT id AS vendor, lower(pattern) AS pattern
    FROM (SELECT id, unnest(payees) AS pattern FROM vendors) AS own
    UNION ALL
    SELECT id, lower(coalesce(name, id)) || '*' FROM vendors
    UNION ALL
    SELECT id, lower(id) || '*' FROM vendors
),
written AS (
    SELECT DISTINCT coalesce(payee, text) AS payee FROM ledger_entries WHERE coalesce(payee, text) IS NOT NULL
    UNION
    SELECT payee FROM invoices
    UNION
    SELECT provider FROM cloud_costs WHERE provider IS NOT NULL
)
SELECT payee,
       first_value(vendor ORDER BY length DESC, vendor) AS vendor
FROM (
    SELECT written.payee, names.vendor, character_length(names.pattern) AS length
    FROM written
    JOIN names ON lower(written.payee) LIKE replace(replace(names.pattern, '_', '\_'), '*', '%')
) AS fits
GROUP BY payee
