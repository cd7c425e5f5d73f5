CREATE AUTOMATION "Nothing" ON TAG "urgent"  ' error: invalid_action
