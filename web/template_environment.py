"""The environment of the templates: Jinja's, with less to do for each part of a page."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Call, Const, Expr, Name

# A template's own `_`, and what `trans` becomes.
TRANSLATING = {"_", "gettext"}


class _Code(CodeGenerator):
    """Templates that show what `finalize` returns, and translate without asking what `_` is."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        # Jinja's own escape it once more, a third of a page's time.
        self.write(finalize.src)

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def visit_Call(self, node: Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call; a sentence without values is translated directly: a page has two hundred."""
        is_plain = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if is_plain and isinstance(node.node, Name) and node.node.name in TRANSLATING:
            [sentence] = node.args
            if isinstance(sentence, Const):
                self.write(f"environment.globals['_']({sentence.value!r})")
                return
        super().visit_Call(node, frame, forward_caller=forward_caller)


class TemplateEnvironment(Environment):
    """Flask's environment, in which nothing is added to the globals once templates are loaded."""

    code_generator_class = _Code

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template in a dict; `d` are its own.

        Jinja's chain of two is walked through at each import and include, a tenth of a page's time.
        """
        return {**self.globals, **(d or {})}
