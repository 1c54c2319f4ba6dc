package dev.berth.protocol.name;

/** What the cookie of the pages' sessions is called. No container gets one of these, and none can set one. */
public final class SessionName {
    public static final String PLAIN = "berth_session";
    /** Browsers take one of this name only from the very host that it is for, by TLS. */
    public static final String UNDER_TLS = "__Host-berth_session";

    private SessionName() {}
}
