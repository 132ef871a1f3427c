"""How programs come in; each module here reads one kind of source."""
