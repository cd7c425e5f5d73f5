players = []
FOR i = 1 TO 200
  players.push({"name": "p" + i, "score": 0, "level": 1, "log": []})
NEXT
FOR turn = 1 TO 60
  FOR EACH player IN players
    player.score = player.score + turn * 3
    IF player.score > player.level * 100 THEN
      player.level = player.level + 1
      PUSH player.log, turn
    END IF
  NEXT
NEXT
total = 0
best = players[0]
FOR EACH player IN players
  total = total + player.score + UBOUND(player.log)
  IF player.level > best.level THEN best = player
NEXT
RETURN best.name + " " + best.level + " " + total
