"""What students get: notebooks made from the stubs, and the kit."""
