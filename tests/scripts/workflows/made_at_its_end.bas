' Nothing of a workflow is there before END WORKFLOW.
id = CREATE WORKFLOW "Move"
  STEP "Pack"
  TALK COUNT(FIND TASKS)        ' bot: 0
END WORKFLOW
TALK COUNT(FIND TASKS)          ' bot: 1
TALK LEFT(id, 3)                ' bot: wf_
