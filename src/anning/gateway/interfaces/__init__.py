"""What other systems speak with: Open311, CAP, OGC API Features, EIDO and webhooks. Codecs stand in `wire`."""
