"""`python -m yururluk` is the command line."""

from yururluk.cli import main

main()
