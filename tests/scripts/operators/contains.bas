TALK "banana" CONTAINS "nan"          ' bot: true
TALK ["a"] CONTAINS "b"               ' bot: false
