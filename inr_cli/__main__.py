"""`inr`, and `python -m inr_cli`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as long as `main` cannot yet say that it was interrupted

from inr_cli.cli.main import main

if __name__ == "__main__":
    main()
