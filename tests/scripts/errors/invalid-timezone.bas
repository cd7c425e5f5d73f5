SET SCHEDULE "hourly" TIMEZONE "Mars/Olympus"     ' error: invalid-timezone
