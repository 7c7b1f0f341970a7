"""How the tables came to be what they are, a step each; Alembic takes them in their order."""
