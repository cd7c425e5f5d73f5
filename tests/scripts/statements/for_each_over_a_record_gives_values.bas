FOR EACH v IN {a: "x", b: "y"}
  TALK v
NEXT v
' bot: x
' bot: y
