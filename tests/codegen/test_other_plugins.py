"""Beside other plugins, ariadne-codegen calls ours: the package is the same."""

from collections.abc import Callable
from pathlib import Path

from ariadne_codegen.plugins.base import Plugin

from .test_many_operations import QUERIES, SCHEMA

OURS = "authing_gen.codegen.AuthingPlugin"


class Signing(Plugin):
    """Signs what it is shown."""

    def generate_enums_code(self, generated_code: str) -> str:
        return f"{generated_code}# signed\n"


class Silent(Plugin):
    """Changes nothing."""


def written(package: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in package.iterdir()
        if path.is_file()
    }


def test_the_package_is_the_same(generate: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "schema.graphql").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "queries.graphql").write_text(QUERIES, encoding="utf-8")

    def made(*others: str) -> dict[str, str]:
        target = tmp_path / f"with{len(list(tmp_path.iterdir()))}"
        target.mkdir()
        plugins = [OURS, *(f"{__name__}.{name}" for name in others)]
        files = (tmp_path / "schema.graphql", tmp_path / "queries.graphql")
        return written(generate(*files, target, plugins=plugins))

    alone = made()
    assert made("Silent") == alone
    signed = made("Signing")
    assert signed.pop("enums.py") == alone.pop("enums.py") + "# signed\n"
    assert signed == alone
