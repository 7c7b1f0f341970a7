"""Convert results to the formats of other systems.

=================  ===========================================================================
`gradescope`       the ``results.json`` that a Gradescope autograder writes
`classroom`        the JSON that GitHub Classroom's reporter reads
`workflow`         the GitHub workflow that runs the public checks in students' repositories
`junit`            JUnit XML, which build servers read
`gradebook`        a table with one row for each student
`class_tables`     grades, and statistics of checks, mistakes, run times and stuck students
`workbook`         all of these as an Excel workbook
`moodle`           Moodle's grading worksheet, filled in
`canvas`           Canvas' gradebook, filled in
`filling`          functions that `moodle` and `canvas` share
`feedback_zip`     reports in a zip that Moodle or Canvas gives back to students
`safe_cells`       texts and numbers for tables; a spreadsheet never runs them as formulas
`feedback`         the feedback of one check, in a few HTML elements
`formats`          the names of all formats
=================  ===========================================================================
"""
