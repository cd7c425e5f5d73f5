GET WORKFLOW STATUS "wf_1"             ' error: workflow_not_found
