REMEMBER "x" = REPEAT("0123456789", 30000)     ' error: limit
