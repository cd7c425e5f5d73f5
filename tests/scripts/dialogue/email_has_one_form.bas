' The domain of an address is in small letters.
HEAR x AS EMAIL
TALK x
' user: Ana@EXAMPLE.com
' bot: Ana@example.com
