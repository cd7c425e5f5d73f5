' A list of tasks is as good as several; NULL takes all away.
pack = CREATE TASK "Pack"
fuel = CREATE TASK "Fuel"
drive = CREATE TASK "Drive"
SET TASK DEPENDS ON drive, [pack, fuel]
COMPLETE TASK pack
TRY
  COMPLETE TASK drive
CATCH e
  TALK e.code, ": ", e.message
END TRY
' bot: blocked_by_dependency: "Drive" cannot be begun before "Fuel"
SET TASK DEPENDS ON drive, NULL
COMPLETE TASK drive
TALK GET TASK STATUS drive      ' bot: completed
