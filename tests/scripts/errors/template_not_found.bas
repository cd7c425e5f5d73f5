CREATE TASK FROM TEMPLATE "Complaint"  ' error: template_not_found
