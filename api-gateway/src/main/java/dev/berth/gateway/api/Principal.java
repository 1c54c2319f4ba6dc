package dev.berth.gateway.api;

import jakarta.enterprise.context.RequestScoped;

/** The user whom the token of the present request names. */
@RequestScoped
class Principal {
    private String user = "";

    String user() {
        return user;
    }

    void is(String name) {
        user = name;
    }
}
