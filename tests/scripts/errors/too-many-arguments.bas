WAIT 1, 2     ' error: too-many-arguments
