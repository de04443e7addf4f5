setup:
