"""Generates a package, as ariadne-codegen does, but reads every file once."""

import warnings

from ariadne_codegen.client_generators.package import get_package_generator
from ariadne_codegen.plugins.explorer import get_plugins_types
from ariadne_codegen.plugins.manager import PluginManager

from .plugin import AuthingPlugin
from .project import Config, Project


def generate(config: Config) -> list[str]:
    """Write the package that a configuration describes; the result is its files.

    `ariadne-codegen` writes the same, but parses schema and operations three times.

    Raises:
        CodegenError: The schema or an operation is wrong.
        CodeGenException: The configuration is wrong.
    """
    with warnings.catch_warnings():
        # What is deprecated is marked in the package, where it is used.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _generate(Project.load(config), config)


def _generate(project: Project, config: Config) -> list[str]:
    manager = _manager(project, config)
    generator = get_package_generator(
        schema=manager.process_schema(project.schema),
        fragments=[],
        settings=project.settings,
        plugin_manager=manager,
    )
    return generator.generate()


def _manager(project: Project, config: Config) -> PluginManager:
    manager = PluginManager(project.schema)
    manager.plugins = [
        AuthingPlugin(project.schema, config, project)
        if type_ is AuthingPlugin
        else type_(project.schema, config)
        for type_ in get_plugins_types(project.settings.plugins)
    ]
    return manager
