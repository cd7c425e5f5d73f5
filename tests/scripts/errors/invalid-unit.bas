TALK DATEADD(NOW(), 1, "blinks")     ' error: invalid-unit
