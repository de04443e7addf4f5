"""What copies of a mission give each other: the log, statements on their way, files of open deposits, receipts."""
