"""Settings: working defaults, and a wrong value is named with what would do."""

from __future__ import annotations

import dataclasses

import pytest

from door.settings import Settings, SettingsError, from_environment, table


def test_with_nothing_set_everything_has_a_default():
    assert from_environment({}) == Settings() == from_environment({"PORT": "", "REDIS_URL": " "})


@pytest.mark.parametrize("variable, value", [
    ("PORT", "eighty"), ("PORT", "0"), ("PORT", "65536"), ("RASA_URL", "localhost:5005"), ("RASA_URL", "ftp://x"),
    ("DATABASE_URL", "no url"), ("DATABASE_URL", "mysql://x/y"), ("REDIS_URL", "http://x"), ("SECRET_KEY", "short"),
    ("RETENTION_DAYS", "-1"), ("RETENTION_DAYS", "nan"), ("RETENTION_DAYS", "inf"), ("EMBED_ORIGINS", "*"),
    ("EMBED_ORIGINS", "https://x.example/path"), ("EMBED_ORIGINS", "x.example"),
    ("EMBED_ORIGINS", "https://*.x.example"),
    ("EMBED_ORIGINS", "https://x;script-src"), ("TRUSTED_PROXIES", "proxy"), ("LOG_LEVEL", "LOUD"),
    ("RASA_SECONDS", "0"), ("CONVERSATION_LIMIT", "many"), ("ADDRESS_LIMIT", "0"),
])
def test_a_wrong_value_is_named(variable: str, value: str):
    with pytest.raises(SettingsError, match=variable):
        from_environment({variable: value})


def test_all_wrong_values_are_named_at_once_and_no_secret_is_quoted():
    with pytest.raises(SettingsError) as error:
        from_environment({"PORT": "x", "SECRET_KEY": "hunter2", "RETENTION_DAYS": "y"})
    assert all(name in str(error.value) for name in ("PORT", "SECRET_KEY", "RETENTION_DAYS"))
    assert "hunter2" not in str(error.value)


def test_lists_are_read():
    settings = from_environment({"EMBED_ORIGINS": "https://a.example, https://b.example:8443",
                                 "TRUSTED_PROXIES": "10.0.0.0/8,::1"})
    assert settings.embed_origins == ("https://a.example", "https://b.example:8443")
    assert len(settings.trusted_proxies) == 2


def test_the_table_lists_every_setting():
    for field in dataclasses.fields(Settings):
        assert f"| `{field.metadata['variable']}` |" in table()
