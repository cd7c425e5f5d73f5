RETURN WITH 1 + 1     ' error: missing-name
