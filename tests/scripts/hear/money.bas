' AS MONEY gives a number, whatever the currency and the country's commas.
FOR i = 1 TO 3
  HEAR price AS MONEY
  TALK price * 2
NEXT
' user: R$ 1.234,50
' bot: 2469
' user: $1,234.50
' bot: 2469
' user: 10 €
' bot: 20
