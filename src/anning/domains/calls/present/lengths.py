"""Lengths of time as people read them."""


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, with a true minus sign."""
    whole = round(abs(seconds))
    return f"{'−' if seconds < 0 and whole else ''}{whole // 60}:{whole % 60:02d}"
