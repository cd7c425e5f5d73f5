' A step of a script that fails is tried again after a pause, and then after one twice as long.
IF task IS NOT NULL THEN
  stands = GET WORKFLOW STATUS task.context.workflow_id
  IF stands.steps[0].attempt < 3 THEN
    FAIL TASK task WITH "no answer"
    END
  END IF
  RETURN "at " + FORMAT(NOW(), "HH:mm")
END IF
id = CREATE WORKFLOW "Refund"
  STEP "Ask the bank" RUN "pauses_before_it_is_tried_again.bas" RETRIES 2 PAUSE "10 minutes"
END WORKFLOW
stands = GET WORKFLOW STATUS id
first = stands.task_id
TALK WAIT FOR TASK first
TALK (GET TASK first).resolution
' after: 30m
' bot: completed
' bot: at 09:30
