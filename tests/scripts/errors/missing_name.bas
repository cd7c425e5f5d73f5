CREATE WORKFLOW ""
  STEP "Pack"
END WORKFLOW                           ' error: missing_name
