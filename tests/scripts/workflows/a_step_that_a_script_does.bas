' A step with RUN is done by a script of the bot, which has the step's task.
IF task IS NULL THEN
  id = CREATE WORKFLOW "Report"
    STEP "Write" RUN "a_step_that_a_script_does"
    STEP "Read" AFTER "Write"
  END WORKFLOW
  stands = GET WORKFLOW STATUS id
  TALK stands.current_step                      ' bot: Write
  TALK WAIT FOR TASK stands.task_id             ' bot: completed
  stands = GET WORKFLOW STATUS id
  TALK stands.current_step                      ' bot: Read
  written = GET TASK stands.steps[0].task_id
  TALK written.resolution                       ' bot: Write is done
ELSE
  RETURN task.title + " is done"
END IF
