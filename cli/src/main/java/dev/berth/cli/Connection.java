package dev.berth.cli;

import dev.berth.cli.local.Home;
import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Where the gateway is and who asks: options, then environment variables, then the profile that {@code up} wrote. */
final class Connection {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The gateway; BERTH_SERVER, or the profile of `berth up`.")
    private String server;

    @Option(names = "--token", paramLabel = "TOKEN", description = "BERTH_TOKEN, or the profile of `berth up`.")
    private String token;

    @Option(
            names = {"--env", "--environment"},
            paramLabel = "ENVIRONMENT",
            description = "BERTH_ENVIRONMENT, or main.")
    private String environment;

    BerthClient client() {
        Properties profile = Home.ofEnvironment().profile();
        String to =
                first(server, System.getenv("BERTH_SERVER"), profile.getProperty("server"), "http://localhost:8080");
        String with = first(token, System.getenv("BERTH_TOKEN"), profile.getProperty("token"), "");
        if (with.isEmpty()) {
            throw new BerthException(
                    0, "no token: set BERTH_TOKEN, or start Berth on this machine with `berth up`", List.of());
        }
        return new BerthClient(to, with, environment());
    }

    String environment() {
        return first(environment, System.getenv("BERTH_ENVIRONMENT"), "main");
    }

    private static String first(String... choices) {
        for (String choice : choices) {
            if (choice != null && !choice.isEmpty()) {
                return choice;
            }
        }
        return "";
    }
}
