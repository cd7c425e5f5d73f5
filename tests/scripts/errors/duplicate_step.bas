CREATE WORKFLOW "Move"
  STEP "Pack"
  STEP "Pack"
END WORKFLOW                           ' error: duplicate_step
