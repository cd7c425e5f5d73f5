REMEMBER "x", 1, "yesterday"     ' error: invalid-expiry
