"""The checks of the course, a folder for each exercise. Students never see them."""
