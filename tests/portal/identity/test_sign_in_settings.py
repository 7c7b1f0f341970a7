"""The file that says how people sign in, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.portal.identity.sign_in_settings import SignInSettings, read_settings, secret_in
from grader.portal.settings import PortalSettings

WHOLE = """
[mail]
host = "smtp.example.edu"
sender = "Neural networks <grader@example.edu>"
user = "grader"
password_file = "secrets/mail"

[campus]
name = "Example University"
issuer = "https://login.example.edu"
client_id = "grader"
secret_file = "/etc/grader/campus"

[[platform]]
name = "Moodle"
issuer = "https://moodle.example.edu"
client_id = "a1"
deployments = ["1"]
login = "https://moodle.example.edu/mod/lti/auth.php"
token = "https://moodle.example.edu/mod/lti/token.php"
keys = "https://moodle.example.edu/mod/lti/certs.php"
"""


def test_a_file_is_read_and_its_secrets_are_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "sign-in.toml"
    file.write_text(WHOLE, encoding="utf-8")
    found = read_settings(file)
    assert found.mail
    assert found.mail.password_file == str(tmp_path / "secrets" / "mail")
    assert (found.mail.port, found.mail.security) == (587, "starttls")
    assert found.campus
    assert Path(found.campus.secret_file).parts[-3:] == ("etc", "grader", "campus")
    assert found.campus.claim == "email"
    [moodle] = found.platform
    assert moodle.deployments == ("1",)
    assert not moodle.match_email
    file.write_text("", encoding="utf-8")
    assert read_settings(file) == SignInSettings()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('host = "smtp.example.edu"', "", "missing required field `host`"),
        ("[mail]", "[mails]", "unknown field `mails`"),
        ("[mail]", '[mail]\npassword = "x"', "unknown field `password`"),
        ("[mail]", '[mail]\nsecurity = "ssl"', "security"),
        ("[mail]", "[mail]\nport = '25'", "port"),
        ("grader@example.edu", "grader", "has to be an e-mail address"),
        ("https://login.example.edu", "http://login.example.edu", "begins with https://"),
        ("/mod/lti/certs.php", "", ""),
        ("https://moodle.example.edu/mod/lti/token.php", "ftp://moodle", "begins with https://"),
        ('["1"]', "[]", "deployments"),
        ('"1"', "1", "deployments"),
        ('name = "Moodle"', 'name = ""', "name"),
        ("[mail]", "[mail", "cannot be used"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_file(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "sign-in.toml"
    file.write_text(WHOLE.replace(old, new), encoding="utf-8")
    if not said:
        read_settings(file)
        return
    with pytest.raises(UsageError) as error:
        read_settings(file)
    assert said in str(error.value)
    assert "sign-in.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_two_platforms_need_two_names_and_two_clients(tmp_path: Path) -> None:
    file = tmp_path / "sign-in.toml"
    table = WHOLE[WHOLE.index("[[platform]]") :]
    for second, said in ((table, "name of its own"), (table.replace("Moodle", "M2"), "client_id")):
        file.write_text(WHOLE + second, encoding="utf-8")
        with pytest.raises(UsageError, match=said):
            read_settings(file)


def test_a_secret_is_the_first_line_of_its_file_or_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("  one two \nthree\n", encoding="utf-8")
    monkeypatch.setenv("GRADER_TRIED", "from the environment")
    assert secret_in(str(file), "GRADER_TRIED") == "one two"
    assert secret_in("", "GRADER_TRIED") == "from the environment"
    assert secret_in("", "GRADER_NOT_THERE") == ""
    with pytest.raises(UsageError, match="cannot be read"):
        secret_in(str(tmp_path / "none"), "GRADER_TRIED")


@pytest.mark.parametrize("name", ["none.toml", ""])
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path / name)


@pytest.mark.parametrize("host", [".".join("0000"), "::", "192.0.2.1", "portal"])
def test_who_listens_to_others_says_under_which_address(tmp_path: Path, host: str) -> None:
    rest: dict[str, Any] = {"course_root": tmp_path, "gradebook": "book.sqlite"}
    with pytest.raises(UsageError, match="--url"):
        PortalSettings(host=host, **rest)
    assert PortalSettings(host=host, url="https://grader.example.edu", **rest).is_secure
    for own in ("127.0.0.1", "::1", "localhost"):
        assert not PortalSettings(host=own, **rest).is_secure
