-- signal: seats-unused
-- duty: vendors
-- asks: give them back, or find out why nobody needs them
-- says: {unused} of {seats} seats of {name} were not used for {days} days{worth}
-- price: leaks
-- patience: 14d
-- minutes: 10
-- audience: line
-- needs: SELECT 1 FROM seats LIMIT 1
-- declare: a table of `seats`, and vendors with `seats` and `cost_per_year`
-- first: when can seats be given back?
--
-- Looked at: seats that nobody holds (`seats` of the vendor beyond those that are listed), and seats whose last use is longer ago than two months, a long leave included. From three on, or a fifth of all,
-- it is worth the talk. Who does not use one is not said: it is the seats that are counted.
WITH products AS (
    SELECT seats.product, vendors.id AS vendor, vendors.owner, vendors.seats AS paid, vendors.cost_per_year, vendors.cost_per_year_currency AS currency,
           coalesce(vendors.name, seats.product) AS name,
           count(*) AS listed,
           count(*) FILTER (WHERE seats.last_used_at < current_date - $seat_idle_days) AS idle,
           min(CASE WHEN seats.last_used_at < current_date - $seat_idle_days THEN CAST(seats.last_used_at AS DATE) END) AS since
    FROM seats
    LEFT JOIN vendors ON lower(seats.product) IN (lower(vendors.id), lower(coalesce(vendors.name, '')), lower(coalesce(vendors.product, '')))
    GROUP BY seats.product, vendors.id, vendors.owner, vendors.seats, vendors.cost_per_year, vendors.cost_per_year_currency, coalesce(vendors.name, seats.product)
),
counted AS (
    SELECT products.*, greatest(coalesce(paid, listed), listed) AS all_seats, idle + greatest(coalesce(paid, listed) - listed, 0) AS unused
    FROM products
)
SELECT 'seats ' || coalesce(vendor, product)                AS subject,
       owner                                                AS owner,
       coalesce(since, current_date - $seat_idle_days)      AS since,
       CAST(cost_per_year * exchange.value AS DOUBLE) * unused / all_seats / 365 AS amount_per_day,
       (SELECT max(currency) FROM company)                  AS currency,
       vendor                                               AS vendor,
       name                                                 AS name,
       unused                                               AS unused,
       all_seats                                            AS seats,
       CAST($seat_idle_days AS BIGINT)                      AS days,
       coalesce(concat(', ', counted.currency, ' ', CAST(CAST(round(CAST(cost_per_year AS DOUBLE) * unused / all_seats) AS BIGINT) AS VARCHAR), ' a year'), '') AS worth
FROM counted
LEFT JOIN exchange ON exchange.currency = coalesce(counted.currency, '')
                  AND current_date >= exchange.first_day AND current_date < exchange.next_day
WHERE unused >= 3 OR unused >= 0.2 * all_seats AND unused > 0
