CREATE TASK "Call Ana" PRIORTY "high"     ' error: unknown-clause
' hint: did you mean PRIORITY?
