' Three digits stand for six.
HEAR x AS COLOR
TALK x
' user: #f80
' bot: #ff8800
