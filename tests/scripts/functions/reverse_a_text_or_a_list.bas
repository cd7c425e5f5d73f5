TALK REVERSE("abc")                   ' bot: cba
TALK REVERSE([1, 2, 3])               ' bot: [3, 2, 1]
