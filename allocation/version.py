"""Version of the program; apart, so that the lowest layers can say it too."""

__version__ = "0.1.0"
