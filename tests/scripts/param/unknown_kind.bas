PARAM count AS INTEGR       ' error: unknown-kind
' hint: did you mean INTEGER?
PARAM text AS string
PARAM size AS "small", "large"
PARAM things AS LIST
PARAM any AS any
TALK text, size, things, count, any
