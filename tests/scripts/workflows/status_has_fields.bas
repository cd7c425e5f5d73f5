' The status is a text, and has fields.
id = CREATE WORKFLOW "Move"
  STEP "Pack" ASSIGN TO "bob" DESCRIPTION "Boxes are in the cellar"
  STEP "Drive" AFTER "Pack"
END WORKFLOW
stands = GET WORKFLOW STATUS id
TALK stands = "pending", " ", stands.name, " ", stands.completed_steps, "/", stands.total_steps, " ", stands.has_failed
' bot: true Move 0/2 false
task = GET TASK stands.task_id
TALK task.title, ", ", task.assignee, ": ", task.description     ' bot: Pack, bob: Boxes are in the cellar
TALK task.context.workflow_id = id, " ", task.context.bot_id = bot     ' bot: true true
