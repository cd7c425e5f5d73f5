x = "007"
TALK x                                ' bot: 007
TALK TYPEOF(x)                        ' bot: text
