fruits = [
  "fig",
  "lime",
]
TALK COUNT(fruits)                    ' bot: 2
