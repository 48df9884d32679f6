"""LDAP and AD against a real directory: Debian's slapd."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from authing_sandbox import DirectorySettings, Sandbox, Seed, running

from ..calling import Caller, Refused
from ..graphql.test_apps_and_directories import AD, LDAP

pytestmark = [pytest.mark.xdist_group("ldap"), pytest.mark.anyio, pytest.mark.directory]

BASE = "ou=people,dc=planetexpress,dc=com"
READER = {"bind_dn": f"cn=reader,{BASE}", "bind_password": "reads all"}
CONNECTOR = "planet-express-ad"
SUFFIX = "ad.planetexpress.com"
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
# Debian's msuser.schema has these too, but such that nothing can be searched by them.
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.6 NAME 'securityPrincipal'
  AUXILIARY MAY ( sAMAccountName $ userPrincipalName ) )
modulepath /usr/lib/ldap
moduleload back_mdb
# As many directories do: a bind without a password succeeds, as nobody.
allow bind_anon_cred
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.pem
database mdb
suffix dc=planetexpress,dc=com
directory {folder}/database
access to dn.subtree={base} attrs=userPassword
  by dn.exact="cn=reader,{base}" read
  by * auth
access to * by users read
"""
PEOPLE = f"""
dn: dc=planetexpress,dc=com
objectClass: domain
dc: planetexpress

dn: {BASE}
objectClass: organizationalUnit
ou: people

dn: cn=reader,{BASE}
objectClass: person
cn: reader
sn: reader
userPassword: reads all

dn: uid=leela,{BASE}
objectClass: inetOrgPerson
objectClass: securityPrincipal
uid: leela
sAMAccountName: leela
cn: Turanga Leela
cn: Leela
sn: Leela
givenName: Turanga
mail: leela@planetexpress.com
o: Planet Express
title: Captain
jpegPhoto:: /9j/4AAQ
userPassword: one eye

dn: uid=fry,{BASE}
objectClass: inetOrgPerson
objectClass: securityPrincipal
uid: fry
sAMAccountName: pfry
userPrincipalName: fry@{SUFFIX}
cn: Philip J. Fry
sn: Fry
mail: fry@planetexpress.com
userPassword: seven leaf
"""


class Slapd:
    """A directory server of the test's own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._config = folder / "slapd.conf"
        self._config.write_text(CONFIG.format(folder=folder, base=BASE))
        (folder / "database").mkdir()
        self.authority = folder / "authority.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem
        certificate.write_to_path(str(folder / "server.pem"))
        with socket.socket() as plain, socket.socket() as secure:
            plain.bind(("127.0.0.1", 0))
            secure.bind(("127.0.0.1", 0))
            self.port: int = plain.getsockname()[1]
            self.secure_port: int = secure.getsockname()[1]
        self.url = f"ldap://127.0.0.1:{self.port}"
        self.change(PEOPLE, "slapadd")

    def change(self, ldif: str, tool: str = "slapmodify") -> None:
        """Change what the directory knows."""
        subprocess.run(
            [Path(self._program).with_name(tool), "-f", self._config],
            input=ldif,
            check=True,
            text=True,
        )

    def start(self) -> None:
        urls = f"{self.url} ldaps://127.0.0.1:{self.secure_port}"
        self._process = subprocess.Popen(
            [self._program, "-d", "0", "-f", self._config, "-h", urls]
        )
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                return socket.create_connection(("127.0.0.1", self.port)).close()
            assert self._process.poll() is None, "slapd has ended"
            assert time.monotonic() < deadline, "slapd does not listen"
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    program = shutil.which("slapd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        missing = "slapd is missing: apt-get install slapd"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    server = Slapd(program, tmp_path_factory.mktemp("slapd"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sandbox(slapd: Slapd) -> Iterator[Sandbox]:
    reader: dict[str, Any] = {"url": slapd.url, "base_dn": BASE, **READER}
    directories = {
        "planet-express-ldap": DirectorySettings(**reader),
        CONNECTOR: DirectorySettings(**reader, kind="ad", upn_suffix=SUFFIX),
    }
    with running(seed=Seed(directories=directories)) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
async def _from_the_start(sandbox: Sandbox) -> None:
    await sandbox.reset()


async def ldap(caller: Caller, username: str, password: str) -> Any:
    pool = caller.sandbox.pool_id
    return await caller.call(LDAP, u=username, p=password, pool=pool)


async def put(caller: Caller, directory_id: str, **settings: Any) -> None:
    path = f"/sandbox/directories/{directory_id}"
    (await caller.http.put(path, json=settings)).raise_for_status()


async def test_first_sign_in_creates_and_the_next_updates(
    anyone: Caller, slapd: Slapd
) -> None:
    leela = await ldap(anyone, "leela", "one eye")
    assert leela["username"] == "leela"
    assert leela["email"] == "leela@planetexpress.com"
    assert leela["name"] == "Turanga Leela"
    assert leela["company"] == "Planet Express"
    assert leela["registerMethod"] == "ldap"
    assert leela["token"]
    assert '"title": "Captain"' in leela["oauth"]
    assert "userPassword" not in leela["oauth"]
    change = "dn: uid=leela,{}\nchangetype: modify\nreplace: mail\nmail: {}\n"
    slapd.change(change.format(BASE, "captain@planetexpress.com"))
    again = await ldap(anyone, "leela", anyone.encrypt("one eye"))
    slapd.change(change.format(BASE, "leela@planetexpress.com"))
    assert again["_id"] == leela["_id"]
    assert again["email"] == "captain@planetexpress.com"
    assert again["loginsCount"] == 2


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("leela", "two eyes", 2006),
        ("leela", "reads all", 2006),
        ("zapp", "one eye", 2004),
        # Each would match leela, or everybody, if it reached the filter as it is.
        ("*", "one eye", 2004),
        ("lee*", "one eye", 2004),
        ("*)(uid=*", "one eye", 2004),
        ("leela)(objectClass=*", "one eye", 2004),
        (r"\6ceela", "one eye", 2004),
        # Each would be a bind without a password.
        ("leela", "", 2231),
        ("", "one eye", 2231),
        ("leela", "\N{SOFT HYPHEN}", 2006),
    ],
)
async def test_refusals(
    anyone: Caller, username: str, password: str, code: int
) -> None:
    for sent in (password, anyone.encrypt(password)):
        with pytest.raises(Refused, match=f"^{code} "):
            await ldap(anyone, username, sent)
    for sent in (password, anyone.encrypt(password)):
        with pytest.raises(Refused, match=f"^{code} "):
            await anyone.call(AD, u=username, p=sent, ad=CONNECTOR)


@pytest.mark.parametrize("username", ["pfry", "fry", f"fry@{SUFFIX}"])
async def test_ad_by_either_name(anyone: Caller, username: str) -> None:
    given = {"u": username, "ad": CONNECTOR}
    documented = await anyone.call(LDAP, **given, p="seven leaf")
    assert documented["registerMethod"] == "ad"
    assert documented["email"] == "fry@planetexpress.com"
    production = await anyone.call(AD, **given, p=anyone.encrypt("seven leaf"))
    assert production["_id"] == documented["_id"]
    with pytest.raises(Refused, match="2006"):
        await anyone.call(AD, **given, p="eight leaf")


@contextlib.asynccontextmanager
async def ad_before(slapd: Slapd) -> AsyncIterator[tuple[int, list[str]]]:
    """Bind by user principal name, as AD does, in front of a slapd that cannot.

    Yields the port, and the names by which somebody has bound.
    """
    names: list[str] = []

    async def serve(client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        # 30 length 02 length id 60 length 02 01 03 04 length name 80 length password
        request = await client.read(1000)
        number, bind = request[2 : 4 + request[3]], request[4 + request[3] + 2 :]
        end = 5 + bind[4]
        names.append(bind[5:end].decode())
        user, _, suffix = names[-1].partition("@")
        if user == "zapp":
            answer.write(refusal(number, b"AcceptSecurityContext error, data 775"))
            return answer.close()
        assert suffix == SUFFIX
        name = f"uid={user},{BASE}".encode()
        bind = bind[:4] + bytes([len(name)]) + name + bind[end:]
        upstream, server = await asyncio.open_connection("127.0.0.1", slapd.port)
        server.write(message(number, b"\x60", bind))
        await asyncio.gather(pump(client, server), pump(upstream, answer))

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listener:
        yield listener.sockets[0].getsockname()[1], names


def message(number: bytes, kind: bytes, content: bytes) -> bytes:
    """An LDAPMessage of fewer than 128 bytes."""
    body = number + kind + bytes([len(content)]) + content
    return b"\x30" + bytes([len(body)]) + body


def refusal(number: bytes, reason: bytes) -> bytes:
    """A BindResponse: invalidCredentials (49)."""
    content = b"\x0a\x01\x31\x04\x00\x04" + bytes([len(reason)]) + reason
    return message(number, b"\x61", content)


async def pump(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    while data := await source.read(1000):
        to.write(data)
    to.close()


async def test_ad_by_user_principal_name(anyone: Caller, slapd: Slapd) -> None:
    async with ad_before(slapd) as (port, names):
        url = f"ldap://127.0.0.1:{port}"
        await put(
            anyone, CONNECTOR, kind="ad", url=url, base_dn=BASE, upn_suffix=SUFFIX
        )
        given = {"u": "fry", "ad": CONNECTOR}
        documented = await anyone.call(LDAP, **given, p="seven leaf")
        assert documented["email"] == "fry@planetexpress.com"
        production = await anyone.call(AD, **given, p="seven leaf")
        assert production["_id"] == documented["_id"]
        with pytest.raises(Refused, match="2006"):
            await anyone.call(AD, **given, p="eight leaf")
        with pytest.raises(Refused, match="2005"):
            await anyone.call(AD, u="zapp", p="seven leaf", ad=CONNECTOR)
    assert names == [f"fry@{SUFFIX}"] * 3 + [f"zapp@{SUFFIX}"]


async def test_a_directory_that_stops_and_comes_back(
    anyone: Caller, owner: Caller, slapd: Slapd
) -> None:
    leela = await ldap(anyone, "leela", "one eye")
    slapd.stop()
    try:
        with pytest.raises(Refused, match="1000 目录服务不可用"):
            await ldap(anyone, "leela", "one eye")
        with pytest.raises(Refused, match="1000 目录服务不可用"):
            await anyone.call(AD, u="fry", p="seven leaf", ad=CONNECTOR)
    finally:
        slapd.start()
    assert (await ldap(anyone, "leela", "one eye"))["loginsCount"] == 2
    history = (
        "query h($id: String) { user(id: $id) { userLoginHistory { totalCount } } }"
    )
    seen = await owner.call(history, id=leela["_id"])
    # That the directory was away is no failure of hers.
    assert seen["userLoginHistory"]["totalCount"] == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"bind_password": "reads none"},
        {"base_dn": "ou=nobody,dc=planetexpress,dc=com"},
        {"base_dn": "no name"},
        {"user_filter": "(uid={username}"},
        {"user_filter": "(|(uid={username})(objectClass=person))"},
        {"url": "ldap://no-such-host.invalid"},
    ],
    ids=lambda wrong: "".join(wrong),
)
async def test_wrong_settings(
    anyone: Caller, slapd: Slapd, wrong: dict[str, str]
) -> None:
    settings = {"url": slapd.url, "base_dn": BASE} | READER
    await put(anyone, "planet-express-ldap", **settings, name="as it was")
    assert (await ldap(anyone, "leela", "one eye"))["token"]
    await put(anyone, "planet-express-ldap", **(settings | wrong))
    with pytest.raises(Refused, match="1000 目录服务不可用"):
        await ldap(anyone, "leela", "one eye")


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400", b"\x30\x05\x02\x01\x01\x61\0", b""]
)
async def test_what_answers_is_no_directory(anyone: Caller, answer: bytes) -> None:
    async def serve(client: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        await client.read(1000)
        to.write(answer)
        to.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        url = f"ldap://127.0.0.1:{port}"
        await put(anyone, "planet-express-ldap", url=url, base_dn=BASE)
        with pytest.raises(Refused, match="1000 目录服务不可用"):
            await ldap(anyone, "leela", "one eye")


async def test_certificates_are_verified(
    anyone: Caller, slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"base_dn": BASE} | READER
    for trusted, host in ((False, "127.0.0.1"), (True, "localhost")):
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(slapd.authority))
        url = f"ldaps://{host}:{slapd.secure_port}"
        await put(anyone, "planet-express-ldap", url=url, **settings)
        with pytest.raises(Refused, match=r"1000 .*certificate"):
            await ldap(anyone, "leela", "one eye")
    url = f"ldaps://127.0.0.1:{slapd.secure_port}"
    await put(anyone, "planet-express-ldap", url=url, **settings)
    assert (await ldap(anyone, "leela", "one eye"))["token"]


async def test_directories_come_and_go(anyone: Caller) -> None:
    box = anyone.sandbox
    listed = (await anyone.http.get("/sandbox/directories")).json()
    assert {one["id"]: one["url"] is None for one in listed} == {
        box.ldap_directory_id: True,
        box.ad_connector_id: True,
        "planet-express-ldap": False,
        CONNECTOR: False,
    }
    assert "reads all" not in str(listed)

    async def remove(directory_id: str) -> int:
        path = f"/sandbox/directories/{directory_id}"
        return (await anyone.http.delete(path)).status_code

    assert await remove("planet-express-ldap") == 204
    # Without a real directory the embedded one answers, then none.
    assert (await ldap(anyone, "leela", box.directory_password))["token"]
    assert await remove(box.ldap_directory_id) == 204
    assert await remove(box.ldap_directory_id) == 404
    with pytest.raises(Refused, match=r"2011 .*LDAP"):
        await ldap(anyone, "leela", "one eye")
    for unknown in ("none", "planet-express-ldap"):
        for form in (LDAP, AD):
            with pytest.raises(Refused, match="2011 AD"):
                await anyone.call(form, u="fry", p="seven leaf", ad=unknown)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://127.0.0.1"},
        {"url": "ldap://127.0.0.1:port"},
        {"url": 1},
        {"kind": "nis"},
        {"base_dn": None},
        {"user_filter": "(uid=leela)"},
        {"bind_dn": "cn=reader"},
        {"bind_passwd": "reads all"},
    ],
    ids=str,
)
async def test_settings_that_cannot_be(anyone: Caller, wrong: dict[str, Any]) -> None:
    before = (await anyone.http.get("/sandbox/directories")).json()
    settings = {"url": "ldap://127.0.0.1", "base_dn": BASE} | wrong
    path = f"/sandbox/directories/{CONNECTOR}"
    answer = await anyone.http.put(path, json=settings)
    assert answer.status_code == 422
    assert answer.text
    elsewhere = await anyone.http.put(
        path, params={"pool": "none"}, json={"url": "ldap://h", "base_dn": BASE}
    )
    assert elsewhere.status_code == 404
    assert (await anyone.http.get("/sandbox/directories")).json() == before
