' An amount may have a currency.
HEAR x AS MONEY
TALK x
' user: € 12.50
' bot: 12.5
