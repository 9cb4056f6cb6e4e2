"""Loaded by every Python process of a watched crawl: notes each connection before it is made, answers for names.

``XUNJIAN_WATCH`` is the file to note connections in; ``XUNJIAN_NAMES`` a JSON object of host names and the lists of
addresses the name service is to give for them, one list for each look-up, the last one for all further ones.
"""

import json
import os
import socket
import sys

_real = socket.getaddrinfo
_names: dict = json.loads(os.environ.get("XUNJIAN_NAMES", "{}"))
_watch = os.environ.get("XUNJIAN_WATCH")
_notes = os.open(_watch, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if _watch else -1


def _noted(event: str, values: tuple) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and values[0].family != socket.AF_UNIX:
        line = json.dumps([event, *values[1][:2]]) + "\n"
        os.write(_notes, line.encode())


def _looked_up(host, port, *args, **kwargs):
    if host not in _names:
        # no name service is asked: what is not given here does not exist
        return _real(host, port, *args, **kwargs | {"flags": socket.AI_NUMERICHOST})
    answers = _names[host]
    addresses = answers.pop(0) if len(answers) > 1 else answers[0]
    return [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in addresses
    ]


if _watch:
    sys.addaudithook(_noted)
    socket.getaddrinfo = _looked_up
