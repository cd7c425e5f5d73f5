' A HEAR inside FOR EACH inside a SUB keeps its place.
total = 0
CALL count_all
TALK "All: ", total
SUB count_all
  FOR EACH fruit IN ["apples", "pears"]
    n = HEAR "How many ${fruit}?" AS INTEGER
    total = total + n
  NEXT
END SUB
' bot: How many apples?
' user: 2
' bot: How many pears?
' user: many
' bot: Please answer with a whole number, such as 3.
' user: 5
' bot: All: 7
