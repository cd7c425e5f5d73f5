CREATE WORKFLOW "Move"
  STEP "Pack" TAKES 0 HOURS
END WORKFLOW                           ' error: invalid_duration
