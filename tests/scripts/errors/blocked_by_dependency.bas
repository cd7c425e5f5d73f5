first = CREATE TASK "Pack"
then_ = CREATE TASK "Drive"
LINK TASKS first, then_
COMPLETE TASK then_                    ' error: blocked_by_dependency
