package dev.berth.gateway.page;

import jakarta.enterprise.context.RequestScoped;

/** Who looks at the present page. */
@RequestScoped
class Viewer {
    private String user = "";
    private String csrf = "";

    void is(String name, Session session) {
        user = name;
        csrf = session.csrf();
    }

    String user() {
        return user;
    }

    String csrf() {
        return csrf;
    }
}
