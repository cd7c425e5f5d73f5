FUNCTION is_vowel(letter)
  RETURN INSTR("aeiou", letter) > 0
END FUNCTION
phrase = "The quick brown fox jumps over the lazy dog and runs away"
vowels = 0
seen = {}
FOR n = 1 TO 400
  FOR EACH word IN SPLIT(LCASE(phrase), " ")
    IF LEN(word) > 3 THEN
      FOR i = 1 TO LEN(word)
        IF is_vowel(MID(word, i, 1)) THEN vowels = vowels + 1
      NEXT
    END IF
    seen[word] = COALESCE(seen[word], 0) + 1
  NEXT
NEXT
RETURN vowels + " " + seen["the"] + " " + JOIN(KEYS(seen), ",")
