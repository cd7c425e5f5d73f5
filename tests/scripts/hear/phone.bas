' AS PHONE needs the country code and gives the international form.
HEAR number AS PHONE
TALK number
' user: 3123-4567
' bot: Please answer with a phone number with its country code, such as +55 11 91234-5678.
' user: +55 (11) 3123-4567
' bot: +551131234567
