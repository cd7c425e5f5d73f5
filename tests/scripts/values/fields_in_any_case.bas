' Exactly the field that is written, else the only one that differs in upper and lower case.
r = {Name: "Ana"}
TALK r.name                           ' bot: Ana
r.name = "Bo"
r["NAME"] = r.name + "!"
TALK r                                ' bot: {Name: Bo!}
key = "nAmE"
r[key] = "Cy"
TALK UBOUND(r), r.Name                ' bot: 1Cy
WITH r
  name = "Di"
END WITH
TALK r                                ' bot: {name: Di}
TALK REMOVE(r, "NAME"), UBOUND(r)     ' bot: Di0
