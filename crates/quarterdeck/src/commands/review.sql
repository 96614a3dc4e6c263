SELECT review_order.*, logins.person_name
FROM review_order
LEFT JOIN logins ON logins.login = lower(review_order.author)
ORDER BY rank
