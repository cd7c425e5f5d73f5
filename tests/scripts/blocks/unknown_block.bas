TALK "before"
BEGIN CARD title style: bold     ' error: unknown-keyword
  hello there, this is "text, IF you like
END CARD
SPRINKLE cakes                   ' error: unknown-keyword
  IF only THEN
    TALK "inside
END SPRINKLE
