HEAR x AS EMIAL     ' error: unknown-kind
' hint: did you mean EMAIL?
