' A menu offers its choices again after a wrong answer.
HEAR drink AS "tea", "milk"
' suggests: tea | milk
' user: beer
' bot: Please answer with one of these: tea, milk.
' suggests: tea | milk
' user: milk
TALK drink     ' bot: milk
