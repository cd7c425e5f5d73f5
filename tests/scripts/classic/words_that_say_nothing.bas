Option Explicit
OPTION BASE 0
DEFINT A-Z: DIM SHARED count AS INTEGER, other%
Public total As Integer
Public Const MOST = 5
Private Sub Show(ByVal a As Integer, ByRef b, ByVal c As String)
  TALK a, b, c, total, MOST
END SUB
Public Function Twice(ByVal byref)
  Twice = byref * 2
End Function
Static Function Thrice(n)
  Thrice = n * 3
End Function
total = Twice(2) + Thrice(1) + count + other%
Show 1, 2, "x"                        ' bot: 12x75
For Each c As String In ["a", "b"]
  TALK c
Next
' bot: a
' bot: b
For i As Integer = 8 To 9
  TALK i
Next
' bot: 8
' bot: 9
Try
  Throw New Exception("broken")
Catch ex As System.Exception
  TALK ex.message                     ' bot: broken
End Try
SELECT CASE 2
  CASE 2
    TALK "two"                        ' bot: two
END CASE
static = 3
private = static + 1
TALK static, private                  ' bot: 34
