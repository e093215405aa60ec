"""Tests of the SPF checks together."""
