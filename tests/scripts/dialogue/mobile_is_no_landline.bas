' A MOBILE can be carried.
HEAR x AS MOBILE
TALK x
' user: +55 11 3091-1234
' bot: Please answer with a mobile number with its country code, such as +55 11 91234-5678.
' user: +55 11 91234-5678
' bot: +5511912345678
