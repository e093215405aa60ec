"""
Plan, verify and audit the DNS of business e-mail on your own domain.
"""

from ._version import __version__

__all__ = ["__version__"]
