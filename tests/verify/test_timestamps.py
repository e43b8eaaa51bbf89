"""Timestamps (RFC 3161): fetched from a real authority, kept beside the register, checked without asking anybody."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import rfc8785
from filelock import FileLock, Timeout

from tests.conftest import Project, Told
from tests.helpers.tsa import Authority, authority, serving
from tests.helpers.web_servers import dripping, served
from yururluk.core import http_client
from yururluk.core.settings import read_settings
from yururluk.publish.lock import LOCK_FILE
from yururluk.verify.commands import verify_site
from yururluk.verify.timestamps import BadToken, check_token, read_certificates, read_token

TODAY = ("--today", "2026-11-23")
HEAD = "69771918392fd6d1177ec2809948c50c85342f2c853a6081f4c36fbc79ca89f7"
TOKEN = f"timestamps/{HEAD}.tsr"


@pytest.fixture
def copy(published: Project, tmp_path: Path) -> Project:
    """The published project, of the test's own."""
    ignored = shutil.ignore_patterns("site")
    shutil.copytree(published.root, tmp_path / "project", ignore=ignored)
    return Project(tmp_path / "project")


def _refused(project: Project, tsa: Authority, *more: str) -> str:
    """What the command says when it refuses; nothing may have moved."""
    before = project.git("rev-parse", "gh-pages")
    told = project.run("timestamp", "--tsa", tsa.address, *more)
    assert (told.code, told.out) == (1, "")
    assert project.git("rev-parse", "gh-pages") == before
    return told.err.split("\n", 1)[1] if told.err.startswith("Asking") else told.err


# Getting one


def test_a_timestamp_is_one_commit_and_a_second_run_asks_nobody(copy: Project, tsa: Authority) -> None:
    before = copy.git("rev-parse", "gh-pages")
    told = copy.run("timestamp", "--tsa", tsa.address, "--tsa-ca", str(tsa.ca))
    assert told.code == 0, told.err
    assert told.out.startswith("Timestamped on gh-pages: entry 3 of the register (release 2.0), at 20")
    assert copy.git("rev-parse", "gh-pages^") == before
    assert copy.git("diff", "--name-only", before, "gh-pages").split() == [TOKEN, "timestamps/index.json"]
    after, asked = copy.git("rev-parse", "gh-pages"), tsa.asked
    again = copy.run("timestamp", "--tsa", tsa.address)
    assert again.out.startswith("Nothing to do: entry 3 of the register (release 2.0) has its timestamp of 20")
    assert (copy.git("rev-parse", "gh-pages"), tsa.asked) == (after, asked)


def test_openssl_accepts_what_was_kept(stamped: Project, tsa: Authority, tmp_path: Path) -> None:
    """The token is over the RFC 8785 bytes of the last entry: another program, given only those, agrees."""
    entry = json.loads(stamped.read("site/register.json"))["entries"][-1]
    (tmp_path / "entry.json").write_bytes(rfc8785.dumps(entry))
    command = ["openssl", "ts", "-verify", "-data", "entry.json", "-in", str(stamped.root / "site" / TOKEN)]
    done = subprocess.run([*command, "-CAfile", str(tsa.ca)], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_timestamp_survives_pushing_publishing_and_exporting(copy: Project, tsa: Authority, tmp_path: Path) -> None:
    """It is pushed; another clone publishes on top of it; this one then goes on from there, and exports it."""
    copy.git("init", "--quiet", "--bare", str(tmp_path / "remote.git"))
    copy.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    copy.git("push", "--quiet", "origin", "main", "gh-pages")
    told = copy.run("timestamp", "--tsa", tsa.address, "--push")
    assert told.code == 0, told.err
    assert told.out.endswith(" Pushed to origin.\n")
    assert copy.run("publish", *TODAY).out.startswith("Nothing to do")
    token = copy.git("rev-parse", f"gh-pages:{TOKEN}")
    copy.git("clone", "--quiet", str(tmp_path / "remote.git"), str(tmp_path / "other"), "--branch", "main")
    other = Project(tmp_path / "other")
    assert other.run("publish", "--today", "2027-01-01", "--push").code == 0  # 2.0 comes into force
    assert copy.run("timestamp", "--tsa", tsa.address, "--push").out.startswith("Nothing to do")
    assert copy.git("rev-parse", "gh-pages") == other.git("rev-parse", "gh-pages")
    assert copy.git("rev-parse", f"gh-pages:{TOKEN}") == token
    assert copy.run("export", "site").code == 0
    told = copy.run("verify", "site", "--today", "2027-01-01", "--tsa-ca", str(tsa.ca))
    assert told.code == 0, told.out
    assert told.out.splitlines()[-1].startswith("Entry 3 has a timestamp of 20")
    assert told.out.endswith("Z (CN=Deneme Zaman Damgası).\n")


def test_there_is_nothing_to_timestamp_before_the_first_publish(project: Project, tsa: Authority) -> None:
    told = project.run("timestamp", "--tsa", tsa.address)
    assert told == Told(
        1,
        "",
        "the register has no entry yet to put a time to.\n  Fix: bring the releases online first: yururluk publish.\n",
    )


# Refusing one


def _other_digest(tsa: Authority) -> Callable[[bytes], tuple[int, bytes]]:
    def answer(query: bytes) -> tuple[int, bytes]:
        place = query.index(bytes.fromhex(HEAD))
        return tsa.stamp(query[:place] + bytes(32) + query[place + 32 :])

    return answer


def _replayed(tsa: Authority, folder: Path) -> Callable[[bytes], tuple[int, bytes]]:
    """An old answer of the right digest: another question's nonce is in it."""
    del folder
    first: list[tuple[int, bytes]] = []

    def answer(query: bytes) -> tuple[int, bytes]:
        place = query.index(b"\x02", query.index(bytes.fromhex(HEAD)) + 32) + 2
        changed = bytearray(query)
        changed[place + 1] ^= 1
        first.append(tsa.stamp(bytes(changed)))
        return first[0]

    return answer


REJECTION = bytes.fromhex("30053003020102")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda _query: (503, b""), "the server answers 503.\n"),
        (lambda _query: (200, b""), "the timestamp cannot be read as a timestamp response (RFC 3161).\n"),
        (
            lambda _query: (200, b"<html>Welcome</html>"),
            "the timestamp cannot be read as a timestamp response (RFC 3161).\n",
        ),
        (lambda _query: (200, REJECTION), "the timestamp was not granted by the authority: it refused.\n"),
        (lambda _query: (200, bytes(1_000_001)), "the timestamp cannot be read as a timestamp response (RFC 3161).\n"),
    ],
)
def test_what_is_no_timestamp_is_refused(
    copy: Project, tsa: Authority, answer: Callable[[bytes], tuple[int, bytes]], message: str
) -> None:
    tsa.answer = answer
    try:
        assert _refused(copy, tsa).startswith(f"{tsa.address}: {message}")
    finally:
        tsa.answer = tsa.stamp


def test_a_timestamp_over_another_digest_is_refused(copy: Project, tsa: Authority) -> None:
    tsa.answer = _other_digest(tsa)
    try:
        assert _refused(copy, tsa) == (
            f"{tsa.address}: the timestamp is over another digest ({'0' * 64}).\n"
            "  Fix: try again, or ask another authority; nothing was kept.\n"
        )
    finally:
        tsa.answer = tsa.stamp


def test_an_answer_to_another_question_is_refused(copy: Project, tsa: Authority, tmp_path: Path) -> None:
    tsa.answer = _replayed(tsa, tmp_path)
    try:
        assert _refused(copy, tsa).startswith(
            f"{tsa.address}: the timestamp answers another question than the one asked (its nonce is another).\n"
        )
    finally:
        tsa.answer = tsa.stamp


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_had_expired_is_refused(copy: Project, tmp_path: Path, trusted: bool) -> None:
    with serving(authority(tmp_path / "tsa", begins=-20, ends=-10)) as old:
        told = _refused(copy, old, *(("--tsa-ca", str(old.ca)) if trusted else ()))
        assert told.startswith(f"{old.address}: the timestamp was signed at ")
        assert "when its certificate was not valid" in told


def test_an_authority_that_nobody_vouches_for_is_refused(copy: Project, tsa: Authority, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    told = _refused(copy, tsa, "--tsa-ca", str(other.ca))
    assert told.startswith(
        f"{tsa.address}: the timestamp is signed by CN=Deneme Zaman Damgası, for whom no certificate given vouches.\n"
    )


def test_an_authority_that_cannot_be_reached_is_told(copy: Project, tsa: Authority) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        told = copy.run("timestamp", "--tsa", address)
    assert told.err.endswith(
        f"{address}: it cannot be reached: Connection refused.\n"
        "  Fix: check the address and the network, then try again; nothing was kept.\n"
    )
    assert copy.run("timestamp", "--tsa", "file:///etc/passwd").err.startswith(
        "file:///etc/passwd: this is not a web address.\n"
    )
    del tsa


def test_an_authority_that_sends_a_byte_now_and_then_is_not_waited_for_and_holds_no_lock(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, the answer never does; a publish in the same clone need not wait for it."""
    monkeypatch.setattr(http_client, "SECONDS", 0.5)
    free: list[bool] = []

    def try_lock() -> None:
        lock = FileLock(copy.root / ".git" / LOCK_FILE)
        with contextlib.suppress(Timeout), lock.acquire(timeout=0):
            free.append(True)

    with served(dripping(try_lock)) as address:
        told = copy.run("timestamp", "--tsa", address)
    assert told.err.endswith(
        f"{address}: no complete answer came within 0.5 seconds.\n"
        "  Fix: check the address and the network, then try again; nothing was kept.\n"
    )
    assert free == [True]


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"])
def test_a_file_without_certificates_is_told(copy: Project, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ca.pem").write_bytes(content)
    told = copy.run("verify", *TODAY, "--tsa-ca", str(tmp_path / "ca.pem"))
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"{tmp_path / 'ca.pem'}: this file holds no certificates.\n")


# Checking one


@pytest.mark.slow
def test_verify_says_whether_anybody_vouches(stamped: Project, tsa: Authority) -> None:
    settings, day = read_settings(stamped.root), date(2026, 11, 23)
    bare = verify_site(stamped.root, settings, None, day, None, None)
    sure = verify_site(stamped.root, settings, None, day, None, tsa.ca)
    for answer, vouched in ((bare, False), (sure, True)):
        [one] = answer.content["timestamps"]
        assert (one["entry"], one["sha256"], one["vouched"]) == (3, HEAD, vouched)
    assert bare.lines[-1].endswith("(CN=Deneme Zaman Damgası, for whom nobody vouches here: --tsa-ca FILE).")


def test_verify_refuses_a_timestamp_of_an_authority_not_trusted(stamped: Project, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    told = stamped.run("verify", "site", *TODAY, "--tsa-ca", str(other.ca))
    assert told.code == 1
    assert told.out.startswith(
        f"site/{TOKEN}: the timestamp is signed by CN=Deneme Zaman Damgası, for whom no certificate given vouches.\n"
    )


def test_a_register_rewritten_under_its_timestamp_is_found(stamped: Project, tmp_path: Path) -> None:
    """Anyone who drops the last entry and puts all else right has still the timestamp against them."""
    shutil.copytree(stamped.root / "site", tmp_path / "site")
    content = json.loads((tmp_path / "site/register.json").read_text())
    content["entries"].pop()
    (tmp_path / "site/register.json").write_text(json.dumps(content))
    told = stamped.run("verify", str(tmp_path / "site"), *TODAY)
    message = "this timestamp is over an entry that the register does not have: the register was rewritten.\n"
    assert f"{tmp_path / 'site' / TOKEN}: {message}" in told.out


def test_no_byte_of_the_signed_part_can_be_changed(stamped: Project, tsa: Authority) -> None:
    """Each byte of the digest, the time and the signature counts, and no junk makes the reader stumble."""
    data = (stamped.root / "site" / TOKEN).read_bytes()
    roots = read_certificates(tsa.ca.read_bytes())
    check_token(read_token(data), HEAD, roots, nonce=None)
    digest = data.index(bytes.fromhex(HEAD))
    places = [*range(digest, digest + 32, 5), *range(len(data) - 60, len(data), 7)]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 4
        with pytest.raises(BadToken):
            check_token(read_token(bytes(changed)), HEAD, roots, nonce=None)
    for place in range(0, len(data), 41):
        with pytest.raises(BadToken):
            read_token(data[:place])


def test_timestamps_that_were_tampered_with_are_not_built_upon(copy: Project, tsa: Authority) -> None:
    assert copy.run("timestamp", "--tsa", tsa.address).code == 0
    index = copy.root / ".git/other-index"
    env = ["env", f"GIT_INDEX_FILE={index}", "git"]
    for command in (["read-tree", "gh-pages"], ["rm", "--quiet", "--cached", TOKEN]):
        subprocess.run([*env, *command], cwd=copy.root, check=True, capture_output=True)
    tree = subprocess.run([*env, "write-tree"], cwd=copy.root, check=True, capture_output=True).stdout
    copy.git("update-ref", "refs/heads/gh-pages", copy.git("commit-tree", tree.decode().strip(), "-m", "x"))
    told = copy.run("timestamp", "--tsa", tsa.address)
    assert (told.code, told.err.splitlines()[0]) == (
        1,
        "timestamps/index.json: the timestamps on the pages branch are not as they were written.",
    )
    assert f"gh-pages/{TOKEN}: this timestamp is missing.\n" in copy.run("verify", *TODAY).out
