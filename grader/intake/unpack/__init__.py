"""The code of the disposable helper process: it reads an archive and sends back names and bytes.

Its modules import only a little of the standard library and one another, by relative imports: the
helper starts without site-packages, in about ten milliseconds.
"""
