"""Start of `python -m network`."""

import sys

from network.cli import main

if __name__ == "__main__":
    sys.exit(main())
