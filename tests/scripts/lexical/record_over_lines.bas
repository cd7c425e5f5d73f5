r = {
  "a": 1,
  b: [1,
      2],
}
TALK r.a + r.b[1]     ' bot: 3
