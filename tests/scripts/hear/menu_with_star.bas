' With * anything else is let through as it is.
DO
  HEAR item AS "done", *
  IF item = "done" THEN EXIT DO
  TALK "+ " + item
LOOP
TALK "end"
' user: milk
' bot: + milk
' user: DONE
' bot: end
