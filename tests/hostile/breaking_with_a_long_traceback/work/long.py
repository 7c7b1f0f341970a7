"""As long as the case has room for (the test makes it longer)."""
