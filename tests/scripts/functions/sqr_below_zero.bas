TALK SQR(-1)                          ' error: range
