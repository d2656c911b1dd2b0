"""The demonstration city: real townships and villages, everything else made up.

:func:`make_demo_city` writes an input folder as a city office would send it.
"""

from allocation.demo.city import DEFAULT_SEED, make_demo_city

__all__ = ["DEFAULT_SEED", "make_demo_city"]
