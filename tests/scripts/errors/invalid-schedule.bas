SET SCHEDULE "every blue moon"     ' error: invalid-schedule
