' What holds for every incident: change it here. Saying it again changes nothing, so it can be said before each talk.

CREATE TEMPLATE "Inform the managers" PRIORITY "high" TAGS ["incident"] CHECKLIST ["Ring them up", "Tell them when they hear more"]

CREATE TEMPLATE "Write down what was learnt" TAGS ["incident"] CHECKLIST ["What happened, and when", "Why", "What we change"] _
  DESCRIPTION "It began with: {{what}}. No names: we ask what went wrong, not who."

' A rule that acts by itself: as soon as a talk gets this tag, somebody has the task, whoever has least to do.
CREATE AUTOMATION "Inform the managers" ON TAG "everything is down" FROM TEMPLATE "Inform the managers" DUE IN 1 HOUR AUTO ASSIGN
