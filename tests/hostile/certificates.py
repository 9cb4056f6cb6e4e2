"""Certificates for the hostile site: a test authority, and servers' certificates with every usual fault."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
_YEAR = datetime.timedelta(days=365)


class Authority:
    """Signs certificates; its own is in ``path`` for clients to trust."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._build(self._name, self._key.public_key(), self._name, _NOW - _YEAR, _NOW + _YEAR).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True,
        ).add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def context(self, host: str, *, expired: bool = False, self_signed: bool = False, old: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for ``host``."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        issuer, signer = (name, key) if self_signed else (self._name, self._key)
        until = _NOW - datetime.timedelta(days=1) if expired else _NOW + _YEAR
        made = self._build(name, key.public_key(), issuer, _NOW - _YEAR, until).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False,
        )
        path = self._folder / f"{host}-{expired}-{self_signed}-{old}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
            ) + made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.load_cert_chain(path)
        return context

    @staticmethod
    def _build(
        name: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name, since: datetime.datetime,
        until: datetime.datetime,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key)
            .serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
        )
