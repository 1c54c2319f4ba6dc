package dev.berth.chassis.start;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * All settings are looked at before anything is waited for or begun: also where Quarkus listens, which it would try last,
 * when the service is at work already, and at which ports other services are called, which would be tried with the first call.
 */
@Singleton
public class Settings {
    private static final Logger LOG = Logger.getLogger(Settings.class);
    private static final String HOST = "quarkus.http.host";
    private static final String PORT = "quarkus.http.port";

    private static final Pattern PORT_OF_ANOTHER = Pattern.compile("quarkus\\.grpc\\.clients\\.[^.]+\\.port");

    Settings(@All List<ServiceConfig> configs, Config config) {
        LOG.debugf("%d records of settings are good", configs.size());
        for (String key : config.getPropertyNames()) {
            if (PORT_OF_ANOTHER.matcher(key).matches()) {
                int port = config.getValue(key, Integer.class);
                UnfitSettingException.unless(port > 0 && port <= 65_535, key, "must be a port, 1 to 65535");
            }
        }
        Listening.check(config, HOST, config.getValue(HOST, String.class), PORT, config.getValue(PORT, Integer.class));
    }

    void look(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        LOG.debug("starting");
    }
}
