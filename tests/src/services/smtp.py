"""An SMTP server for tests: writes each letter into a folder as JSON. `refused…@` is refused for good, `later…@` once for now.

Arguments: port, folder, how it is spoken to (`plain`, `starttls`, `tls`, `stripped`: see smtp.rs), and user and password that it asks for unless it is
plain. Encrypts with `certificate.pem` and `key.pem` of the folder. What it hears unencrypted is added to the file `unencrypted`.
"""

import email
import email.policy
import json
import os
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

port, folder, speech, user, password = int(sys.argv[1]), *sys.argv[2:6]


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


class Listener(SMTP):
    # Gets what came over the wire as it is, or what came out of the encryption.
    def data_received(self, data):
        if self.transport.get_extra_info("sslcontext") is None:
            with open(os.path.join(folder, "unencrypted"), "ab") as file:
                file.write(data)
        super().data_received(data)


class Server(Controller):
    def factory(self):
        return Listener(self.handler, **self.SMTP_kwargs)


def known(server, session, envelope, mechanism, given):
    right = (given.login.decode(), given.password.decode()) == (user, password)
    return AuthResult(success=right, handled=False)


def encryption():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem"))
    return context


settings = {}
if speech != "plain":
    settings.update(authenticator=known, auth_required=True)
if speech == "starttls":
    settings.update(tls_context=encryption(), require_starttls=True)
if speech == "tls":
    # To aiosmtpd only its own STARTTLS is encryption; here it is beneath everything.
    settings.update(ssl_context=encryption(), auth_require_tls=False)
if speech == "stripped":
    settings.update(auth_require_tls=False)

Server(Handler(), hostname="127.0.0.1", port=port, **settings).start()
signal.pause()
