' JSON gives lists and records.
HEAR x AS JSON
TALK x.sizes[1]
' user: {"sizes": [1, 2]}
' bot: 2
