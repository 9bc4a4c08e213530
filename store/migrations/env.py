"""What Alembic runs to migrate the tables, in the transaction of `store.schema`: all or nothing."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
