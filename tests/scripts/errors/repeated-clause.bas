WAIT 1 HOURS DAYS     ' error: repeated-clause
