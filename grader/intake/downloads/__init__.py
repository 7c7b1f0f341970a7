"""Recognise the downloads of learning platforms, and assign files to students by their names."""

from grader.intake.downloads.recognise import Bundle, Download, recognise

__all__ = ["Bundle", "Download", "recognise"]
