CREATE WORKFLOW "Move"
  STEP "Pack" RETRIES -1
END WORKFLOW                           ' error: invalid_retries
