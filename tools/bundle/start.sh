#!/bin/sh
# Finds a Python this bundle was made for; all else is in support/start.py.
cd -- "$(dirname -- "$0")" || exit 1
for python in "${ALLOCATION_PYTHON:-python3}" @commands python3 python; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info[:2] not in @tuples)' 2>/dev/null
    then
        exec "$python" support/start.py "$@@"
    fi
done
cat support/no-python.txt >&2
exit 1
