package dev.berth.scheduler.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Puts a container on the node that has the fewest of its function, then the most free memory. */
public final class Placer {

    /** @param function {@code environment/app/function} */
    public record Request(String function, int cpuMillis, long memoryBytes, int port) {}

    /** Where it goes, or why it goes nowhere: one reason a node, in words. */
    public sealed interface Result {
        record Placed(String node) implements Result {}

        record Unplaceable(List<String> reasons) implements Result {
            public String words(Request request) {
                String needs = "needs " + cores(request.cpuMillis()) + " CPU and " + memory(request.memoryBytes());
                return needs + (reasons.isEmpty()
                        ? "; no node has reported yet; is an agent running?"
                        : "; " + String.join("; ", reasons));
            }
        }
    }

    private Placer() {}

    public static Result place(Request request, Collection<Room> cluster) {
        Room best = null;
        for (Room room : cluster) {
            if (fits(request, room) && (best == null || better(request, room, best))) {
                best = room;
            }
        }
        return best != null ? new Result.Placed(best.node()) : new Result.Unplaceable(reasons(request, cluster));
    }

    /** The one rule of what fits, for planning and for the check before a commit. */
    static boolean fits(Request request, Room room) {
        return room.unavailable().isEmpty() && room.cpuMillisFree() >= request.cpuMillis()
                && room.memoryBytesFree() >= request.memoryBytes()
                && (request.port() == 0 || room.holder(request.port()) == null);
    }

    private static boolean better(Request request, Room room, Room best) {
        int same = room.same(request.function());
        int sameOnBest = best.same(request.function());
        return same != sameOnBest ? same < sameOnBest : room.memoryBytesFree() > best.memoryBytesFree();
    }

    private static List<String> reasons(Request request, Collection<Room> cluster) {
        List<String> reasons = new ArrayList<>();
        for (Room room : cluster) {
            reasons.add(room.node() + " " + reason(request, room));
        }
        return reasons;
    }

    private static String reason(Request request, Room room) {
        if (!room.unavailable().isEmpty()) {
            return "is " + room.unavailable();
        }
        if (room.cpuMillisFree() < request.cpuMillis()) {
            return "has " + cores(room.cpuMillisFree()) + " of its " + cores(room.cpuMillis()) + " CPU free";
        }
        if (room.memoryBytesFree() < request.memoryBytes()) {
            return "has " + memory(room.memoryBytesFree()) + " of its " + memory(room.memoryBytes()) + " memory free";
        }
        return "has port " + request.port() + " held by " + room.holder(request.port())
                + " (leave web.port out to get a free one, or use strategy: recreate)";
    }

    private static String cores(int millis) {
        return String.format(Locale.ROOT, millis % 1000 == 0 ? "%.0f" : millis % 100 == 0 ? "%.1f" : "%.2f",
                millis / 1000.0);
    }

    private static String memory(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
                : (bytes >> 20) + " MiB";
    }
}
