a = CREATE TASK "Egg"
b = CREATE TASK "Hen"
LINK TASKS a, b, a                     ' error: cyclic_dependency
