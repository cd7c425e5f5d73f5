' What stands beside an amount must be a currency.
HEAR x AS CURRENCY
TALK x
' user: 12 apples
' bot: Please answer with an amount of money, such as 12.50.
' user: 12
' bot: 12
