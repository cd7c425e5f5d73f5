' Hands an incident over: what is known becomes a workflow of tasks that wait for each other, the checks are made by a script
' of this bot, and whoever reported it hears of each step that is done. What holds for every incident stands in rules.bas.

CALL "rules.bas"

what = HEAR "What has happened? One sentence, please."
size = HEAR "How bad is it?" AS MENU "Everything is down", "Some customers", "Nobody notices"
who = HEAR "Who takes it over?"

id = CREATE WORKFLOW "Incident: " + what
  STEP "Look whether it is known" RUN "known.bas" TAKES 10 MINUTES
  STEP "Find the cause" ASSIGN TO who TAKES 2 HOURS AFTER "Look whether it is known" DESCRIPTION what
  IF size = "Everything is down" THEN
    STEP "Tell the customers" ASSIGN TO "support" TAKES 1 HOUR
    STEP "Repair it" ASSIGN TO who TAKES 4 HOURS AFTER "Find the cause", "Tell the customers" RETRIES 1 ON FAILURE "Go back to the day before"
    STEP "Go back to the day before" ASSIGN TO who TAKES 1 HOUR
  ELSE
    STEP "Repair it" ASSIGN TO who TAKES 1 DAY AFTER "Find the cause"
  END IF
END WORKFLOW

stands = GET WORKFLOW STATUS id
TALK "${who} has it. There are ${stands.total_steps} steps; the first is: ${stands.current_step}."
IF size = "Everything is down" THEN
  TAG CONVERSATION "everything is down"
  TALK "The managers are being informed, too."
  FOR EACH one IN stands.steps
    SET TASK PRIORITY one.task_id, "critical"
  NEXT
END IF

WHILE stands.task_id IS NOT NULL
  done = stands.current_step
  ended = WAIT FOR TASK stands.task_id TIMEOUT 3 DAYS
  IF TIMEDOUT THEN
    TALK "Nobody has ended '${done}' for three days. I ask ${who} again."
    CREATE TASK "Look after the incident: " + what ASSIGN TO who PRIORITY "high" TAGS ["incident"]
  ELSE IF ended = "completed" THEN
    TALK "Done: ${done}."
  ELSE
    TALK "Given up: ${done}."
  END IF
  stands = GET WORKFLOW STATUS id
WEND

IF stands <> "completed" THEN
  TALK "The incident is not over, and no step is left that could be done: a person has to look."
  END
END IF

lesson = CREATE TASK FROM TEMPLATE "Write down what was learnt" WITH {what: what} ASSIGN TO who DUE "in 5 days"
TALK "The incident is over. ${who} writes down what was learnt."
IF (WAIT FOR TASK lesson TIMEOUT 7 DAYS) = "completed" THEN
  TALK "It is written down. Thank you for telling us!"
ELSE
  TALK "Nobody has written down what was learnt. Please ask ${who}."
END IF
