' Who writes what stands on the button answers with its value, and who writes anything else with that.
DO
  ADD SUGGESTION "hours" AS "Opening hours"
  ADD SUGGESTION "2 l" AS "Two litres"
  answer = HEAR "Well?"
  TALK answer
LOOP

' bot: Well?
' user:  opening   HOURS
' bot: hours
' bot: Well?
' user: 2 L
' bot: 2 l
' bot: Well?
' user: 2
' bot: 2
' bot: Well?
