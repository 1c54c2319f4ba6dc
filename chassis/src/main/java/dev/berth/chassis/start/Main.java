package dev.berth.chassis.start;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Where the process of every service begins: a start that fails for a reason that a person mends says it in one sentence. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... args) {
        Utf8Locale.ensure();
        Quarkus.run(null, Main::end, args);
    }

    /** @param fault null where the service ends in order */
    private static void end(int status, Throwable fault) {
        if (fault != null) {
            StartFault.sentence(fault, ConfigProvider.getConfig())
                    .ifPresentOrElse(
                            System.err::println,
                            () -> Logger.getLogger(Main.class).error("this service could not start", fault));
        }
        System.exit(status);
    }
}
