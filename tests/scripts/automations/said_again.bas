' A rule that is said again is the same rule, and it acts once.
FOR i = 1 TO 3
  a = CREATE AUTOMATION "Call back" ON TAG "angry" CREATE TASK "Call this customer"
NEXT
b = CREATE AUTOMATION "Call back" ON TAG "angry" CREATE TASK "Call this customer"
TALK a = b                  ' bot: true
TALK a.name                 ' bot: Call back
TAG CONVERSATION "angry"
HEAR x
TALK COUNT(FIND TASKS)
' user: well?
' bot: 1
