"""Results in the forms of other systems: pure functions of results, and the writing of files.

=================  ===========================================================================
`gradescope`       what an autograder hands to Gradescope: ``results.json``
`classroom`        what GitHub Classroom's reporter reads
`workflow`         the workflow that checks students' repositories for it
`junit`            JUnit XML, which build servers read
`gradebook`        a table, one line a student
`class_tables`     grades, and numbers about checks, mistakes, times and who is stuck
`workbook`         all of these as an Excel workbook
`moodle`           Moodle's grading worksheet, filled in
`canvas`           Canvas' gradebook, filled in
`filling`          what the two have in common
`feedback_zip`     reports as the two give them back to students
`cells`            texts and numbers for such tables, harmless to a spreadsheet
`feedback`         what is said of one check, in few HTML elements
`files`            files that are whole at any moment
=================  ===========================================================================
"""
