"""The grader as a Gradescope autograder: the uploaded zip, and the program in its container.

=============  =================================================================================
`needs`        the packages that the chosen exercises need
`bundle`       the zip: ``setup.sh``, ``run_autograder``, the wheel, the course, the salt
`container`    the paths in the container, and the autograder's settings
`isolation`    the isolation that is possible there, found by trying
`autograder`   grade the one submission; ``results.json`` is complete at every moment
=============  =================================================================================
"""
