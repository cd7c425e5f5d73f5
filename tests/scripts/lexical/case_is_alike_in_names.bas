Total = 3
talk TOTAL                            ' bot: 3
Talk total + tOtAl                    ' bot: 6
