' template: {"name": "Complaint", "description_template": "Order {{order}}", "default_tags": ["shop"], "checklist": ["Call", "Refund"]}
id = CREATE TASK FROM TEMPLATE "Complaint" WITH {order: "#12"} PRIORITY "high"
WAIT 1 DAYS                                        ' after: 1d
task = GET TASK id
TALK task.title, ": ", task.description            ' bot: Complaint: Order #12
TALK task.priority, " ", JOIN(task.tags), " ", COUNT(task.checklist)   ' bot: high shop 2
TRY
  CREATE TASK FROM TEMPLATE "Complaint"
CATCH e
  TALK e.code                                      ' bot: missing_variable
END TRY
