EXIT SUB     ' error: no-procedure
