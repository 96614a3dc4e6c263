-- How good the orders of mail were for whose mailboxes are read.
SELECT * FROM message_order_figures ORDER BY person, "order" DESC
