IF TRUE THEN
  SUB inner     ' error: nested-procedure
  END SUB
END IF
