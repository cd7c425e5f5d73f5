' There is one rule of a name, as it was said last.
CREATE AUTOMATION "Call back" ON TAG "angry" CREATE TASK "Call this customer"
HEAR x
CREATE AUTOMATION "Call back" ON TAG "sad" CREATE TASK "Write to this customer" PRIORITY "low"
TAG CONVERSATION "angry"
TAG CONVERSATION "sad"
HEAR x
FOR EACH found IN FIND TASKS
  TALK found.title
NEXT
' user: again
' user: well?
' bot: Write to this customer
