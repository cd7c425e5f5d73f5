// Shows the document that lies beside this page. Nothing leaves for another machine: no validator, no remembered token.
"use strict";

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#document",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  syntaxHighlight: false,
});
