TALK {a: 1, b: {c: "x"}}              ' bot: {a: 1, b: {c: x}}
