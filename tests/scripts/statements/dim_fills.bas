DIM n AS INTEGER, s AS STRING, a(2)
TALK n, "[", s, "]", COUNT(a)         ' bot: 0[]2
