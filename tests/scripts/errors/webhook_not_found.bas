CREATE AUTOMATION "Tell them" ON TASK OVERDUE CALL WEBHOOK "whk_none"  ' error: webhook_not_found
