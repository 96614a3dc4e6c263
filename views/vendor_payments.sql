-- What was paid to each vendor (to each payee, where no vendor is declared), a payment a row, with the line of the
-- budget it falls to.
SELECT day, vendor, payee, amount, line, account, source, id
FROM spending
WHERE origin IN ('books', 'statement', 'cloud')
  AND coalesce(vendor, payee) IS NOT NULL
