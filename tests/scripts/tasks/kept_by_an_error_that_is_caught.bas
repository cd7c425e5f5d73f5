id = CREATE TASK "Call Ana"
TRY
    SET TASK PRIORITY id, "when" + "ever"
CATCH e
    TALK e.code, " in line ", e.line        ' bot: invalid_priority in line 3
END TRY
HEAR x                                      ' user: go on
TALK GET TASK STATUS id                     ' bot: pending
