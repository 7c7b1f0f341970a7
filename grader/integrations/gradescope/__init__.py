"""The grader as a Gradescope autograder: the zip that is uploaded, and what runs in its container.

=============  =================================================================================
`needs`        which packages the chosen exercises need
`bundle`       the zip: ``setup.sh``, ``run_autograder``, the wheel, the course, the salt
`places`       where things are in the container
`shut_in`      how far a submission can be shut in there, found by trying
`run`          grades the one submission; at every moment there is a whole ``results.json``
=============  =================================================================================
"""
