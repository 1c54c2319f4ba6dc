"""What the turns of a case come to."""

from statistics import median, quantiles


def summary(turns, calls):
    """
    By proxy: medians over its turns. Ratios are of one round's turns of both to each other; lower and upper are the quartiles
    of that of CPU.

    :param calls: system calls per request, by proxy, where they are known
    """
    by_proxy = {}
    for turn in turns:
        by_proxy.setdefault(turn.proxy, {})[turn.round] = turn
    nginx = by_proxy.get("nginx", {})
    found = {}
    for name, rounds in by_proxy.items():
        own = list(rounds.values())
        row = {
            "rate": median(turn.load.rate for turn in own),
            "bytes": median(turn.load.read / turn.load.seconds for turn in own),
            "p50": middle(turn.load.p50 for turn in own),
            "p99": middle(turn.load.p99 for turn in own),
            "user": middle(turn.user for turn in own),
            "system": middle(turn.system for turn in own),
            "cpu": middle(turn.cpu for turn in own),
            "requests": sum(turn.load.requests for turn in own),
            "failures": sum(turn.load.failures for turn in own),
            "calls": calls.get(name),
        }
        pairs = [(turn, nginx[number]) for number, turn in rounds.items() if number in nginx]
        if pairs:
            row["rateRatio"] = median(turn.load.rate / other.load.rate for turn, other in pairs)
        ratios = [turn.cpu / other.cpu for turn, other in pairs if turn.cpu and other.cpu]
        if ratios:
            lower, middling, upper = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
            row |= {"cpuRatio": middling, "cpuLower": lower, "cpuUpper": upper}
        found[name] = row
    return found


def middle(values):
    known = [value for value in values if value is not None]
    return median(known) if known else None


def table(found, order, moved=0):
    """:param moved: bytes that a request sends, to tell how much goes through where answers are small"""
    head = ("", "req/s", "/nginx", "MB/s", "p50 ms", "p99 ms", "user us", "system us", "CPU/nginx", "quartiles", "calls", "failed")
    lines = [head]
    for name in order:
        row = found[name]
        lines.append((
            name,
            f"{row['rate']:.0f}",
            shown(row.get("rateRatio"), "{:.2f}"),
            f"{(row['bytes'] + moved * row['rate']) / 1e6:.1f}",
            shown(row["p50"], "{:.2f}"),
            shown(row["p99"], "{:.2f}"),
            shown(row["user"], "{:.1f}"),
            shown(row["system"], "{:.1f}"),
            shown(row.get("cpuRatio"), "{:.2f}"),
            shown(row.get("cpuLower"), "{:.2f}-") + shown(row.get("cpuUpper"), "{:.2f}", ""),
            shown(row["calls"] and row["calls"]["all"], "{:.1f}"),
            f"{row['failures']}",
        ))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths)))
        for line in lines
    )


def shown(value, form, otherwise="-"):
    return otherwise if value is None else form.format(value)
