answer = HEAR "A parcel?"
IF answer = "yes" THEN
  cost = 5
END IF
TALK "That is ", cost
