"""Downloads of learning platforms: which file is whose, judged by the names alone."""

from grader.intake.downloads.recognise import Bundle, Download, recognise

__all__ = ["Bundle", "Download", "recognise"]
