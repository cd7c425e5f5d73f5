' A message keeps its line ends.
TALK "one\ntwo\n\nfour"
' bot: one
'    | two
'    |
'    | four
