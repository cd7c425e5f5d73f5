TALK "a" & vbTab & "b" & vbNullString & "c"     ' bot: a	bc
TALK LEN(vbCrLf), " ", vbNewLine = "\n"         ' bot: 1 true
show()                                          ' bot: mine
SUB show()
  LOCAL vbtab
  vbTab = "mine"
  TALK vbTab
END SUB
