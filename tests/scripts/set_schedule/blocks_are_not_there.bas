SET SCHEDULE "every day at 9:00"    ' error: not-supported
  TALK "later"
END SCHEDULE
AFTER_LUNCH = 5
WAIT 5 MINUTES                      ' error: not-supported
  TALK "later"
END WAIT
TALK AFTER_LUNCH
