SUB go
END SUB
SUB Go     ' error: duplicate-procedure
END SUB
