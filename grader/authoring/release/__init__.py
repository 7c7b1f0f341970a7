"""What leaves the building: notebooks made from the stubs, and the kit that students get."""
