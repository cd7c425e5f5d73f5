' Each HEAR has its own three tries.
FOR i = 1 TO 2
  HEAR n AS INTEGER
  TALK n
NEXT
' user: a
' bot: Please answer with a whole number, such as 3.
' user: b
' bot: Please answer with a whole number, such as 3.
' user: 1
' bot: 1
' user: c
' bot: Please answer with a whole number, such as 3.
' user: 2
' bot: 2
