PARAM a, b
RETURN a & "-" & b
