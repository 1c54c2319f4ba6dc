package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The services, here as in `up`, run from the AOT caches that the build made of them. */
class AotIT {
    /** A JVM maps its cache only where it takes it, jar for jar and flag for flag. */
    private static final Pattern MAPPED = Pattern.compile("/([a-z-]+)/target/aot/[0-9a-f]+\\.aot$", Pattern.MULTILINE);

    @Test
    void everyServiceRunsFromItsOwnCache() throws Exception {
        LocalBerth berth = LocalBerth.shared();
        berth.awaitAll();
        assertThat(caches(berth, "registry")).containsOnly("registry-service");
        assertThat(caches(berth, "scheduler")).containsOnly("scheduler-service");
        for (int i = 1; i <= 2; i++) {
            assertThat(caches(berth, "local-" + i)).containsOnly("node-agent");
            assertThat(caches(berth, "gateway-" + i)).containsOnly("api-gateway");
        }
    }

    private static List<String> caches(LocalBerth berth, String part) throws IOException {
        String maps = Files.readString(Path.of("/proc/" + berth.supervisor.pid(part) + "/maps"));
        List<String> modules = new ArrayList<>();
        MAPPED.matcher(maps).results().forEach(found -> modules.add(found.group(1)));
        return modules;
    }
}
