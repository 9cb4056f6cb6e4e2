"""A page behind a bad certificate is read all the same, and the fault is recorded with it."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.run import CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader

from .server import Site, page, serving


def certificate(path: Path) -> Path:
    """Write a self-signed certificate that ran out, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.gov.cn")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2021, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
        ) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_bad_certificate_is_noted_and_the_page_read(tmp_path: Path) -> None:
    site = Site({"/": page("/a.html"), "/a.html": page()})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path / "server.pem"))
    site.socket = context.wrap_socket(site.socket, server_side=True)
    with serving(site):
        url = f"https://{site.host}"
        outcome = crawl(CrawlJob(
            snapshot=tmp_path / "run.sqlite", site="x", start=(f"{url}/",), delay_seconds=0.0, retry_delay_seconds=0.1,
            timeout_seconds=5.0,
        ))
    assert outcome.ended == "finished" and outcome.counts["pages"] == 2
    reader = SnapshotReader(tmp_path / "run.sqlite")
    for path in ("/", "/a.html"):
        fetch = reader.targets[url + path].fetch
        assert fetch is not None and fetch.outcome == "ok"
        assert fetch.headers["certificate-fault"] in ("证书是自签名的", "证书已过期")
    reader.close()


def test_no_secure_connection_at_all_is_a_fault_of_that_address(tmp_path: Path) -> None:
    with serving(Site({"/": page()})) as plain:
        url = f"https://{plain.host}/"
        outcome = crawl(CrawlJob(
            snapshot=tmp_path / "run.sqlite", site="x", start=(url,), delay_seconds=0.0, retry_delay_seconds=0.1,
            timeout_seconds=5.0,
        ))
    assert outcome.ended == "unreachable" and "安全连接握手失败" in outcome.reason
    reader = SnapshotReader(tmp_path / "run.sqlite")
    fetch = reader.targets[url].fetch
    assert fetch is not None and (fetch.outcome, fetch.attempts) == ("tls", 2)
    reader.close()
