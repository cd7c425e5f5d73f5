CREATE AUTOMATION "" ON TAG "urgent" CREATE TASK "Look"  ' error: invalid_name
