"""Moments of a draw, always with their offset; without one, Beijing time is meant."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from allocation.messages import DrawError

BEIJING = timezone(timedelta(hours=8))


def moment(text: str) -> datetime:
    """Read a moment such as ``2023-12-08T10:00`` or ``2023-12-08 10:00:30+08:00``.

    Raises
    ------
    ValueError
        For anything else.
    """
    found = datetime.fromisoformat(text.strip())
    return found.replace(tzinfo=BEIJING) if found.tzinfo is None else found


def asked_moment(text: str) -> datetime:
    """Read a moment a person typed.

    Raises
    ------
    DrawError
        ``draw_time_form``.
    """
    try:
        return moment(text)
    except ValueError:
        raise DrawError("draw_time_form") from None


def as_text(value: datetime) -> str:
    """Write a moment to the second, in Beijing time."""
    return value.astimezone(BEIJING).isoformat(timespec="seconds")


def in_words(value: datetime, lang: str) -> str:
    """Write a moment for people."""
    local = value.astimezone(BEIJING)
    if lang == "en":
        return f"{local:%Y-%m-%d %H:%M:%S} Beijing time"
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M:%S}（北京时间）"
