' A schedule that a talk sets comes back to that talk.
IF args THEN
  TALK "Good morning, ", args[0]
ELSE
  SET SCHEDULE "weekdays at 8am", "comes_back.bas", "Ana"
  TALK "set"
END IF
' bot: set
' after: 23h
' bot: Good morning, Ana
' after: 3d
' bot: Good morning, Ana
' bot: Good morning, Ana
' bot: Good morning, Ana
