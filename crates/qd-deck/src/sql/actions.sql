SELECT id, at, by, row, verb, "to", until, reason, undoes, fingerprint, signal, subject FROM actions ORDER BY at, id
