TALK MINUTES(1), " ", HOURS(1), " ", DAYS(1), " ", WEEKS(1)     ' bot: 60 3600 86400 604800
