o = NEW OBJECT
o.a = 1
l = NEW ARRAY
PUSH(l, o.a)
TALK l[0]                             ' bot: 1
