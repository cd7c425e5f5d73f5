SET SCHEDULE "weekdays at 8am"
name = HEAR "Who is there?"
TALK name
