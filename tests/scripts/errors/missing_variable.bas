CREATE TEMPLATE "Refund" DESCRIPTION "Order {{order}}"
CREATE TASK FROM TEMPLATE "Refund"  ' error: missing_variable
