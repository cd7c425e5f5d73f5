' A PHONE is given with its country code.
HEAR x AS PHONE
TALK x
' user: +55 (11) 91234-5678
' bot: +5511912345678
