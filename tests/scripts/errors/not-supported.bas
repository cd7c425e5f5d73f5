ON FORM SUBMIT "order"     ' error: not-supported
  TALK "x"
END ON
