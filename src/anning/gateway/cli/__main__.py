"""`python -m anning.gateway.cli` is the same as `anning`."""

from anning.gateway.cli import main

main()
