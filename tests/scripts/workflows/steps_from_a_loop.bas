' STEP is a statement like any other: a loop or a SUB may make the steps.
id = CREATE WORKFLOW "Stairs"
  before = NULL
  FOR EACH floor IN ["one", "two", "three"]
    STEP floor AFTER before
    before = floor
  NEXT
  CALL roof()
END WORKFLOW
stands = GET WORKFLOW STATUS id
FOR EACH one IN stands.steps
  TALK one.name, " ", one.is_ready
NEXT
' bot: one true
' bot: two false
' bot: three false
' bot: roof false
SUB roof()
  STEP "roof" AFTER before
END SUB
