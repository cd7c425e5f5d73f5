TALK COUNT(FILES)                 ' bot: 0
HEAR answer                       ' user: [file cat.jpg] [file plan.pdf] Both
WAIT 1 HOUR                       ' after: 1h
FOR EACH f IN FILES
  TALK f.kind, " ", f.name, " ", f.type, " ", f.url
NEXT
' bot: image cat.jpg image/jpeg https://files.example/cat.jpg
' bot: file plan.pdf application/pdf https://files.example/plan.pdf
HEAR answer                       ' user: None
TALK COUNT(FILES)                 ' bot: 0
