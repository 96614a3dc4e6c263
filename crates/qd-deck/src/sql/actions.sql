SELECT id, at, by, row, verb, "to", until, reason, undoes, fingerprint FROM actions ORDER BY at, id
