' An address has two sides.
HEAR x AS EMAIL
TALK x
' user: ana@
' bot: Please answer with an e-mail address, such as ana@example.com.
' user: ana@example.com
' bot: ana@example.com
