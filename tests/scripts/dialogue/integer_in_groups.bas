' Thousands may be in groups.
HEAR x AS INTEGER
TALK x
' user: 1,234,567
' bot: 1234567
