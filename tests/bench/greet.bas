names = ["Ana", "Ben", "Carla", "Dov"]
size = 0
FOR i = 1 TO 20000
  name = names[i MOD 4]
  SELECT CASE i MOD 5
    CASE 0
      greeting = "Good morning"
    CASE 1, 2
      greeting = "Hello"
    CASE ELSE
      greeting = "Good evening"
  END SELECT
  message = "${greeting}, ${name}! You are number ${i}."
  size = size + LEN(message)
NEXT
RETURN size
