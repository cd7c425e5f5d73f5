' The words of workflows are names of variables, too.
step = 2
workflow = "w"
FOR i = 1 TO 5 STEP step
  TALK i
NEXT
' bot: 1
' bot: 3
' bot: 5
TALK step, workflow             ' bot: 2w
