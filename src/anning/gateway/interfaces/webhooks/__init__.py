"""Webhooks: other systems are told of changes as they happen, signed, tried again, each telling kept."""
