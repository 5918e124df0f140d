"""A mail server made of aiosmtpd, for the tests of the SMTP client.

It prints its port, and then every message that it took as one line of JSON, decoded by Python's own
parser. The first argument says what it does with recipients: accept, refuse (550) or defer (451); with
two more, a user and a password, it wants a login first.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

MODE = sys.argv[1]
LOGIN = [argument.encode() for argument in sys.argv[2:4]]


def say(text):
    print(text, flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if MODE == "refuse":
            return "550 5.1.1 no such user here"
        if MODE == "defer":
            return "451 4.3.0 the mailbox is busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(json.dumps({
            "envelope_from": envelope.mail_from,
            "envelope_to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "content_type": message.get_content_type(),
            "parts": [
                {"type": part.get_content_type(), "text": part.get_content()}
                for part in message.iter_parts()
            ],
            "defects": [str(defect) for defect in message.defects],
            "authenticated": session.authenticated,
        }))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and [data.login, data.password] == LOGIN
    return AuthResult(success=right, handled=False)


def protocol():
    return SMTP(
        Handler(),
        authenticator=authenticate if LOGIN else None,
        auth_required=bool(LOGIN),
        auth_require_tls=False,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
