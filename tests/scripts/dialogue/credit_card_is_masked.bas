' Only the last four digits come to the script.
HEAR x AS CREDITCARD
TALK x
' user: 4111 1111 1111 1112
' bot: Please answer with the number of a credit card, such as 4111 1111 1111 1111.
' user: 4111-1111-1111-1111
' bot: **** **** **** 1111
