a = ["b"]
a.push("a")
TALK a.length, " ", a.sort().join("+"), " ", a.contains("a"), " ", a.pop()     ' bot: 2 a+b true a
