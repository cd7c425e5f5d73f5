DATA 1
READ a
READ b                                ' error: out-of-data
' hint: add a DATA line, or RESTORE
TALK a, b
