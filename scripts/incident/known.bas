' Looks whether the incident is known: a step of the workflow, in `task`. What it returns is the step's resolution.

stands = GET WORKFLOW STATUS task.context.workflow_id
known = GET BOT MEMORY stands.name
SET BOT MEMORY stands.name, NOW()
IF known IS NULL THEN RETURN "It is new"
RETURN "It was there on " + FORMAT(known, "YYYY-MM-DD")
