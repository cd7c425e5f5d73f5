TALK JSON("{\"a\": [1, 2]}").a[1]     ' bot: 2
TALK TOJSON({a: TRUE})                ' bot: {"a": true}
