"""Funnel accounts: cash put in at many places and soon taken out somewhere else."""
