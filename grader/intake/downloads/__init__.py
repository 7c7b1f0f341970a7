"""Downloads of learning platforms: whose is which file, by the names alone."""

from grader.intake.downloads.recognise import Bundle, Download, recognise

__all__ = ["Bundle", "Download", "recognise"]
