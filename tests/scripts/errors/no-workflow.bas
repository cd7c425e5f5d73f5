STEP "Pack"                            ' error: no-workflow
