' The currency may be a code behind it.
HEAR x AS AMOUNT
TALK x
' user: 1500 USD
' bot: 1500
