' A script waits for a person's step, and goes on.
id = CREATE WORKFLOW "Move"
  STEP "Pack"
  STEP "Drive" AFTER "Pack"
END WORKFLOW
stands = GET WORKFLOW STATUS id
TALK WAIT FOR TASK stands.task_id
' task: Pack -> in_progress
' task: Pack -> completed
' bot: completed
stands = GET WORKFLOW STATUS id
TALK stands.current_step                        ' bot: Drive
