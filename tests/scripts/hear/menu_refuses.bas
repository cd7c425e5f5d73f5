' A part that two choices have is refused, and the choices are shown again.
size = HEAR "Which?" AS MENU "Small cup", "Large cup"
TALK size
' bot: Which?
' suggests: Small cup | Large cup
' user: cup
' bot: Please answer with one of these: Small cup, Large cup.
' suggests: Small cup | Large cup
' user: 1
' bot: Small cup
