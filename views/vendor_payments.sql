-- What was paid to each vendor (to each payee, where no vendor is declared), a payment a row, with the line of the
-- budget it falls to. A payment is `is_yearly` where it is most of what a year is declared to cost: it is not to be
-- expected again next month.
SELECT spending.day, spending.vendor, spending.payee, spending.amount, spending.line, spending.account, spending.source, spending.id,
       coalesce(spending.amount >= $yearly_bill_share * CAST(vendors.cost_per_year * exchange.value AS DOUBLE), false) AS is_yearly
FROM spending
LEFT JOIN vendors ON vendors.id = spending.vendor
LEFT JOIN exchange ON exchange.currency = coalesce(vendors.cost_per_year_currency, '')
                  AND current_date >= exchange.first_day AND current_date < exchange.next_day
WHERE spending.origin IN ('books', 'statement', 'cloud')
  AND coalesce(spending.vendor, spending.payee) IS NOT NULL
