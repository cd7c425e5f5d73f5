' A step that fails is tried again; then what stands in for it is worked at.
id = CREATE WORKFLOW "Refund"
  STEP "Ask the bank" RETRIES 1 ON FAILURE "Write a cheque"
  STEP "Write a cheque"
END WORKFLOW
first = GET WORKFLOW STATUS id
FOR i = 1 TO 2
  FAIL TASK first.task_id WITH "no answer"
  stands = GET WORKFLOW STATUS id
  TALK stands, " ", stands.current_step, " ", stands.steps[0].attempt
NEXT
' bot: in_progress Ask the bank 2
' bot: in_progress Write a cheque 2
TALK ADVANCE TASK stands.task_id IS NULL        ' bot: true
TALK GET WORKFLOW STATUS id                     ' bot: completed
