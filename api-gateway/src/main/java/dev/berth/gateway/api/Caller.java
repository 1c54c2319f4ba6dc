package dev.berth.gateway.api;

import jakarta.enterprise.context.RequestScoped;

/** Who makes the present request. */
@RequestScoped
class Caller {
    private String user = "";

    String user() {
        return user;
    }

    void is(String name) {
        user = name;
    }
}
