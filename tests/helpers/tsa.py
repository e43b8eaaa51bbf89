"""A timestamp authority of the test's own (RFC 3161): a CA, certificates and `openssl ts` behind a loopback address."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""

Answer = Callable[[bytes], tuple[int, bytes]]


@dataclass
class Authority:
    """A CA with a signer of timestamps. `answer` may be replaced by one that misbehaves; `asked` counts."""

    folder: Path
    answer: Answer = field(init=False)
    address: str = ""
    asked: int = 0

    def __post_init__(self) -> None:
        self.answer = self.stamp

    @property
    def ca(self) -> Path:
        """The CA's certificate, as it would be had from its own site."""
        return self.folder / "ca.pem"

    def stamp(self, query: bytes) -> tuple[int, bytes]:
        """The honest answer to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq"]
        subprocess.run([*command, "-out", "reply.tsr"], cwd=self.folder, check=True, capture_output=True)
        return 200, (self.folder / "reply.tsr").read_bytes()


def authority(
    folder: Path, name: str = "Deneme", *, begins: int = -1, ends: int = 3650, usage: bool = True
) -> Authority:
    """A fresh authority of that name; its signer's certificate is valid from `begins` to `ends`, in days from now."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    ca_key, ca_name = ec.generate_private_key(ec.SECP256R1()), _name(f"{name} Kök")
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key(), now - timedelta(3650), now + timedelta(7300))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    purpose = ExtendedKeyUsageOID.TIME_STAMPING if usage else ExtendedKeyUsageOID.SERVER_AUTH
    signer = (
        _builder(
            _name(f"{name} Zaman Damgası"), ca_name, key.public_key(), now + timedelta(begins), now + timedelta(ends)
        )
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(signer.public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    return Authority(folder)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


@contextlib.contextmanager
def serving(tsa: Authority) -> Iterator[Authority]:
    """The authority, answering on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            tsa.asked += 1
            status, data = tsa.answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        tsa.address = f"http://127.0.0.1:{server.server_address[1]}/"
        yield tsa
        server.shutdown()
