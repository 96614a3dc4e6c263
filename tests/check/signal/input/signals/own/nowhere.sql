-- signal: nowhere
-- duty: releases
-- asks: look
-- says: {subject} is there
-- price: waits
-- patience: 5d
-- minutes: 10
SELECT 'x' AS subject FROM somewhere
