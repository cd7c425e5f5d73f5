TALK "at", 8am     ' error: number
