SELECT {columns}
FROM versions.{table}
WHERE source = '{source}' AND "{time}" BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'
