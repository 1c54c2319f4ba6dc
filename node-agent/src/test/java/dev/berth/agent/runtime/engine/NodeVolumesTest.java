package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeVolumesTest {
    @TempDir
    Path root;

    private NodeVolumes allowed;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(root.resolve("models/whisper"));
        Files.createDirectories(root.resolve("models-of-others"));
        Files.createDirectories(root.resolve("out"));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("models"));
        allowed = NodeVolumes.parse(List.of(root + "/link", root + "/out:rw"));
    }

    private static Image image(String source, boolean writable) {
        return new Image(
                "web:1", List.of(), "", false, 0, List.of(new Image.Volume(source, "/v", writable)), List.of());
    }

    private String found(String source, boolean writable) throws IOException {
        return allowed.found(image(root + source, writable), true)
                .volumes()
                .getFirst()
                .source();
    }

    @Test
    void whatTheNodeAllowsIsFoundWhereItReallyIs() throws IOException {
        assertThat(found("/link/whisper", false)).isEqualTo(root.toRealPath() + "/models/whisper");
        assertThat(found("/models", false)).isEqualTo(root.toRealPath() + "/models");
        assertThat(found("/out", true)).isEqualTo(root.toRealPath() + "/out");
        assertThat(found("/out", false)).isEqualTo(root.toRealPath() + "/out");
    }

    @Test
    void nothingElseIs() throws IOException {
        Files.createSymbolicLink(root.resolve("out/all"), Path.of("/"));
        for (String path : List.of("/models-of-others", "", "/out/../models-of-others", "/out/all", "/out/all/etc")) {
            assertThatThrownBy(() -> found(path, false))
                    .hasMessageContaining("can't be read by containers of this node: it allows them ")
                    .hasMessageContaining(root + "/out:rw; its setting is berth.node.volumes");
        }
        assertThatThrownBy(() -> found("/models", true)).hasMessageContaining("can't be written to");
        assertThatThrownBy(() -> found("/out/new", true)).hasMessageContaining("there is no such folder on this node");
        assertThatThrownBy(() -> NodeVolumes.NONE.found(image("/", false), true))
                .hasMessageContaining("it allows them no folders");
    }

    @Test
    void pathsOfAnEngineElsewhereAreTakenAsTheyAreWritten() throws IOException {
        NodeVolumes far = NodeVolumes.parse(List.of("/srv/./models"));
        assertThat(far.found(image("/srv/models/a", false), false)
                        .volumes()
                        .getFirst()
                        .source())
                .isEqualTo("/srv/models/a");
        assertThatThrownBy(() -> far.found(image("/srv/models/../a", false), false))
                .hasMessageContaining("can't be read");
    }

    @Test
    void folderIsAnAbsolutePath() {
        for (String text : List.of("models", "models:rw", "", ":rw")) {
            assertThatThrownBy(() -> NodeVolumes.parse(List.of(text))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
