' ADVANCE TASK completes the step that is named, and gives the first that can be worked at.
id = CREATE WORKFLOW "Two ways"
  STEP "left"
  STEP "right"
  STEP "end" AFTER "left", "right"
END WORKFLOW
stands = GET WORKFLOW STATUS id
right = stands.steps[1].task_id
following = ADVANCE TASK right
TALK following = stands.steps[0].task_id        ' bot: true
TALK ADVANCE_TASK(following) = stands.steps[2].task_id    ' bot: true
