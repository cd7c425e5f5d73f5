' AS EMAIL brings the address into one form and says what is expected.
HEAR address AS EMAIL WITH "Where to?"
TALK address
' bot: Where to?
' user: ana at example
' bot: Please answer with an e-mail address, such as ana@example.com.
' user: Ana@EXAMPLE.com
' bot: Ana@example.com
