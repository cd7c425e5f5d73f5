"""The `tasktalk` command. Each module of this package is a sub-command of its name, read only when it is needed."""

import importlib
import pkgutil

import click

from tasktalk import __version__


class _SubCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command if isinstance(command, click.Command) else None


@click.group(cls=_SubCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tasktalk")
def main() -> None:
    """Chat bots in BASIC: talk to them, check them, test them, serve them."""
