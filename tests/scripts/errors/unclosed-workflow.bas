CREATE WORKFLOW "Move"                 ' error: unclosed-workflow
STEP "Pack"
