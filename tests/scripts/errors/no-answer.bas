POST "https://api.example.com/orders", 1    ' error: no-answer
' hint: write into it: ' service: POST https://api.example.com/orders -> what it answers
