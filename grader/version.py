"""The version, in one place: the wheel's, the one in results, and that of kits."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
