' A COLOR has a number.
HEAR x AS COLOR
TALK x
' user: Blue
' bot: #0000ff
