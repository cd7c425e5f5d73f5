HEAR name TIMEOUT 5 MINUTES
ON TIMEOUT: TALK "too late"     ' error: not-supported
' hint: write HEAR answer TIMEOUT 5 MINUTES, and below it IF TIMEDOUT THEN …
TALK name
