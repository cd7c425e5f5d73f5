' An address without a scheme is https.
HEAR x AS URL
TALK x
' user: example.com/shop
' bot: https://example.com/shop
