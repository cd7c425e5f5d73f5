HEAR x DEFAULT [1]     ' error: invalid-default
