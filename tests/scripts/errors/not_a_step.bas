ADVANCE TASK CREATE TASK("Pack")       ' error: not_a_step
