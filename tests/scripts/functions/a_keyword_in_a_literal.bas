t = CREATE TASK "Call Ana"
r = {status: GET TASK STATUS t, n: 2}
TALK r.status, r.n                    ' bot: pending2
