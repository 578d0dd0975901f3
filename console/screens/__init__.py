"""One screen of the console in each module: ``show(**params)`` reads what it needs and sets properties."""
