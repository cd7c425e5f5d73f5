' A workflow that is refused leaves nothing behind, and the next one can be made.
TRY
  CREATE WORKFLOW "One"
    STEP "a" AFTER "b"
  END WORKFLOW
CATCH e
  TALK e.code, " ", COUNT(FIND TASKS)           ' bot: unknown_step 0
END TRY
CREATE WORKFLOW "Two"
  STEP "a"
END WORKFLOW
TALK COUNT(FIND TASKS)                          ' bot: 1
