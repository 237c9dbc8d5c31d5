"""`python -m inr_cli` is `inr`."""

from inr_cli.cli.main import main

if __name__ == "__main__":
    main()
