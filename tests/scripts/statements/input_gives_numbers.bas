INPUT "Two?"; a, b                    ' bot: Two?
                                      ' user: 3, 4
TALK a + b                            ' bot: 7
