TALK LOG(0)                           ' error: range
