"""Policies, waivers, baselines, receivers and diffs."""
