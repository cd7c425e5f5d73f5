x = "b"
IF 'a' = 'a' AND x = 'b' THEN TALK 'both'      ' bot: both
if 'a' then
  talk 'a text is true'                        ' bot: a text is true
end if
while 'c' <> x
  x = 'c'
wend
' bot: c
TALK x 'the end'
