DIM name AS STRING = "Ana"
DIM size AS STRING = "small", count AS INTEGER = 4, places(3) AS INTEGER
TALK name, " ", size, " ", count, " ", places     ' bot: Ana small 4 [0, 0, 0]
