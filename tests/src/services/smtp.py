"""An SMTP server for tests: writes each letter into a folder as JSON. `refused…@` is refused for good, `later…@` once for now."""

import email
import email.policy
import json
import os
import signal
import sys

from aiosmtpd.controller import Controller

port, folder = int(sys.argv[1]), sys.argv[2]


class Handler:
    def __init__(self):
        self.put_off = set()
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later") and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.7.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.content
        letter = email.message_from_bytes(content, policy=email.policy.default)
        self.count += 1
        name = os.path.join(folder, f"letter-{self.count:04}")
        with open(name + ".part", "w", encoding="utf-8") as file:
            head = content.replace(b"\r\n", b"\n").split(b"\n\n")[0].decode("utf-8", "replace")
            json.dump({"to": envelope.rcpt_tos, "subject": str(letter["subject"]), "head": head, "text": letter.get_content()}, file)
        os.rename(name + ".part", name + ".json")
        return "250 OK"


Controller(Handler(), hostname="127.0.0.1", port=port).start()
signal.pause()
