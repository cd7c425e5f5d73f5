' TAKES is in hours, unless another unit is named.
id = CREATE WORKFLOW "Move"
  STEP "Pack" TAKES 2
  STEP "Drive" TAKES 90 MINUTES AFTER "Pack"
  STEP "Rest" TAKES "1 day" AFTER "Drive"
END WORKFLOW
stands = GET WORKFLOW STATUS id
TALK stands.estimated_completion - NOW() = HOURS(27.5)      ' bot: true
