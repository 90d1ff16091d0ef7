"""``python -m memo`` is the command ``memo``."""

from memo.cli import main

if __name__ == "__main__":
    main()
