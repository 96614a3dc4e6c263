-- kept: yes
--
-- What fell to each line of the budget that runs today, up to today. A payment is `is_yearly` where it is most of what its vendor is
-- declared to cost a year: it is not to be expected again next month.
SELECT spending.line, spending.day, spending.vendor, spending.amount AS exact, CAST(spending.amount AS DOUBLE) AS amount, spending.is_assumed,
       coalesce(spending.amount >= $yearly_bill_share * CAST(vendors.cost_per_year * exchange.value AS DOUBLE), false) AS is_yearly
FROM spending
JOIN running_budget AS lines ON lines.line = spending.line AND spending.day >= lines.first_day AND spending.day <= current_date
LEFT JOIN vendors ON vendors.id = spending.vendor
LEFT JOIN exchange ON exchange.currency = coalesce(vendors.cost_per_year_currency, '')
                  AND current_date >= exchange.first_day AND current_date < exchange.next_day
