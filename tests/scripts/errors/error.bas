THROW "Out of fruit"     ' error: error
