' Without a country nobody knows whose it is.
HEAR x AS PHONE
TALK x
' user: 91234-5678
' bot: Please answer with a phone number with its country code, such as +55 11 91234-5678.
' user: 0055 11 91234 5678
' bot: +5511912345678
