' The daily stand-up itself: what is planned becomes tasks, what is in the way becomes urgent ones.

PARAM name

TALK "Good morning, ${name}. Stand-up!"
yesterday = HEAR "What did you finish?"

TALK "What is on for today? One message each; say 'done' after the last."
plan = []
DO
  item = HEAR
  IF LCASE(TRIM(item)) = "done" THEN EXIT DO
  ticket = CREATE TASK item ASSIGN TO name DUE NOW() + HOURS(12) TAGS ["standup"]
  PUSH(plan, ticket)
LOOP

blocker = HEAR "Is anything in your way? Say 'no' or what it is."
IF LCASE(TRIM(blocker)) <> "no" THEN
  CREATE TASK "In the way of ${name}: " + blocker PRIORITY "urgent" TAGS ["standup", "blocker"] DESCRIPTION "Finished: " + yesterday
  TALK "I opened an urgent task for it."
END IF

TALK "${COUNT(plan)} ${COUNT(plan) = 1 ? "task" : "tasks"} for today. Have a good day!"
