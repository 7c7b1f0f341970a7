"""Other systems that grade by this program, a package each: Gradescope and nbgrader.

What is only read from a platform or written for one is elsewhere: `grader.intake`,
`grader.exports`.
"""
