"""A real mail server on loopback for tests (Debian: python3-aiosmtpd). Says its port, then each message, as JSON lines.

Arguments: security (starttls, tls or none), certificate, key, and perhaps user and password."""
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

security, cert, key, *login = sys.argv[1:]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
if security != "none":
    context.load_cert_chain(cert, key)


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 No such user"
        if address.startswith("later"):
            return "451 4.2.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or security == "tls",
            "login": session.auth_data.login.decode() if session.auth_data else None,
            "content": base64.b64encode(envelope.original_content).decode(),
        })
        return "250 2.0.0 Queued"


def authenticate(server, session, envelope, mechanism, data):
    ok = [data.login.decode(), data.password.decode()] == login
    return AuthResult(success=ok, auth_data=data if ok else None, handled=False)


def session():
    return SMTP(
        Handler(),
        hostname="localhost",
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        authenticator=authenticate if login else None,
        auth_required=bool(login),
        auth_require_tls=security == "starttls",
    )


async def main():
    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context if security == "tls" else None
    )
    say({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
