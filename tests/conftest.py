"""What holds for every test, wherever it is started from.

Signals that ``nohup``, or a shell's background job, has told this program to ignore would be
ignored by every program that it starts. One that is caught is as usual there.
"""

import signal

for _one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(_one) == signal.SIG_IGN:
        signal.signal(_one, lambda *_: None)
