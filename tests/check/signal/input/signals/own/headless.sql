-- signal: headless
-- duty: releases
SELECT 1
