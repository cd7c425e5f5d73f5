HEAR x TIMEOUT 0 MINUTES     ' error: invalid-duration
