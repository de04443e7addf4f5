"""What looks suspicious and is innocent: flights, things that drift, and what radars and receivers make up."""
