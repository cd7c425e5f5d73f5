CREATE WORKFLOW "Move"
  STEP "Drive" AFTER "Pack"
END WORKFLOW                           ' error: unknown_step
