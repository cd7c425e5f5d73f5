' A menu takes the choice itself, in any case, by number or by a unique part.
FOR i = 1 TO 4
  HEAR size AS "Small cup", "Large cup", "Jug"
  ' suggests: Small cup | Large cup | Jug
  TALK size
NEXT
' user: Small cup
' bot: Small cup
' user: LARGE CUP
' bot: Large cup
' user: 3
' bot: Jug
' user: larg
' bot: Large cup
