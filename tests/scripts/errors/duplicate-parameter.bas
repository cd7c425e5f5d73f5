SUB go(a, A)     ' error: duplicate-parameter
END SUB
