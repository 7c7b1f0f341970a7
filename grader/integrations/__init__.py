"""Run this program inside other grading systems: a package each for Gradescope and nbgrader.

Code that only reads from a platform or writes for one is elsewhere: `grader.intake`,
`grader.exports`.
"""
