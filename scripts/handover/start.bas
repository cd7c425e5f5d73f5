' Takes a fault in and makes a task of it, which others do, each with the program that they have: the README shows five of them
' at work on one task. A script of this bot notes at the task what is known, and whoever asks hears how it stands.

what = HEAR "What is broken? One sentence, please."
id = CREATE TASK what PRIORITY "high" TAGS ["fault"] CONTEXT {"floor": 2}
RUN TASK id, "known.bas"
TALK "Thank you. It is ${id}."

DO
  asked = HEAR "Ask me at any time how it stands."
  status = GET TASK STATUS id
  IF status = "pending" THEN
    TALK "Nobody has begun."
  ELSEIF status = "in_progress" THEN
    TALK "Somebody is at it."
  ELSE
    TALK "It is done."
  END IF
LOOP UNTIL status = "completed" OR status = "cancelled"
