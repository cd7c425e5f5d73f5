WAIT 40000 DAYS     ' error: invalid-duration
