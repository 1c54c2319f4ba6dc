package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.util.Comparator;

/** A version of Docker's API. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** Of Debian 12's engine; what this agent asks for is in it. */
    static final ApiVersion OLDEST = new ApiVersion(1, 41);
    /** What docker-java speaks. Engine 29 speaks none that is older. */
    static final ApiVersion NEWEST = new ApiVersion(1, 44);

    private static final Comparator<ApiVersion> BY_AGE =
            Comparator.comparingInt(ApiVersion::major).thenComparingInt(ApiVersion::minor);

    /** @throws IllegalArgumentException where it is not two numbers with a dot between */
    static ApiVersion parse(String text) {
        String[] numbers = (text == null ? "" : text.strip()).split("\\.", -1);
        if (numbers.length != 2) {
            throw new IllegalArgumentException("no version of an API: " + text);
        }
        return new ApiVersion(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    }

    /**
     * The newest that both know.
     *
     * @throws IOException where there is none
     */
    static ApiVersion pin(ApiVersion oldest, ApiVersion newest) throws IOException {
        if (newest.compareTo(OLDEST) < 0) {
            throw new IOException("the engine speaks API " + newest + " at most, and Berth needs " + OLDEST
                    + ": use Docker Engine 20.10 or newer, or Podman 4 or newer");
        }
        if (oldest.compareTo(NEWEST) > 0) {
            throw new IOException("the engine speaks no API older than " + oldest + ", and Berth speaks " + NEWEST
                    + " at most: use a newer Berth, or set DOCKER_MIN_API_VERSION=" + NEWEST + " for the engine");
        }
        return newest.compareTo(NEWEST) < 0 ? newest : NEWEST;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return BY_AGE.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
