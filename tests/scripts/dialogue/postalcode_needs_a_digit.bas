' A POSTALCODE has a digit.
HEAR x AS POSTALCODE
TALK x
' user: here
' bot: Please answer with a postal code, such as 10115.
' user: 10115
' bot: 10115
