FUNCTION is_free(rows, row, column)
  FOR i = 0 TO column - 1
    IF rows[i] = row OR ABS(rows[i] - row) = column - i THEN RETURN FALSE
  NEXT
  RETURN TRUE
END FUNCTION
FUNCTION place(rows, column, size)
  IF column = size THEN RETURN 1
  ways = 0
  FOR row = 0 TO size - 1
    IF is_free(rows, row, column) THEN
      rows[column] = row
      ways = ways + place(rows, column + 1, size)
    END IF
  NEXT
  RETURN ways
END FUNCTION
DIM board(7)
RETURN place(board, 0, 7)
