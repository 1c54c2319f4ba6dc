package dev.berth.registry.control;

import dev.berth.protocol.manifest.ManifestText;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Deploy;
import dev.berth.registry.app.FunctionSpec;
import dev.berth.registry.app.Image;
import dev.berth.registry.app.Manifest;
import dev.berth.registry.app.Problem;
import dev.berth.registry.store.EncodedSpec;
import java.util.ArrayList;
import java.util.List;

/** What a deploy asks for, read from its manifest's text and checked before anything is stored. */
sealed interface Proposal {
    /** What an agent fetches of a container in one call, and keeps in memory. */
    int MOST_SPEC_BYTES = 512 << 10;

    /** @param digest of the whole spec: two deploys with the same one ask for the same version */
    record Sound(AppSpec spec, String digest) implements Proposal {}

    record Refused(List<Problem> problems) implements Proposal {}

    /** No YAML and no JSON: nothing can be said of what is in it. */
    record Malformed(String message) implements Proposal {}

    static Proposal of(Deploy deploy) {
        return switch (ManifestText.parse(deploy.manifest())) {
            case ManifestText.Parsed.Broken broken ->
                new Refused(broken.faults().stream()
                        .map(fault -> new Problem(fault.path(), fault.message()))
                        .toList());
            case ManifestText.Parsed.Malformed(String message) -> new Malformed(message);
            case ManifestText.Parsed.Tree tree ->
                switch (Manifest.read(deploy.environment(), tree.value(), deploy.overrides())) {
                    case Manifest.Result.Invalid invalid -> new Refused(invalid.problems());
                    case Manifest.Result.Valid valid -> of(valid.spec().withSource(deploy.sourceDigest()));
                };
        };
    }

    private static Proposal of(AppSpec spec) {
        List<Problem> problems = new ArrayList<>();
        int env = spec.env().entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        for (FunctionSpec function : spec.functions()) {
            int size = EncodedSpec.of(spec, function).size();
            int command = characters(function.command());
            int entrypoint = function.image()
                    .map(Image::entrypoint)
                    .map(Proposal::characters)
                    .orElse(0);
            String path = Math.max(command, entrypoint) <= env
                    ? "env"
                    : "functions." + function.name() + (command >= entrypoint ? ".command" : ".entrypoint");
            if (size > MOST_SPEC_BYTES
                    && problems.stream().noneMatch(problem -> problem.path().equals(path))) {
                problems.add(new Problem(
                        path,
                        "is too large: a container of function " + function.name()
                                + " would be given " + size + " bytes, and may be given at most " + MOST_SPEC_BYTES
                                + " ("
                                + (MOST_SPEC_BYTES >> 10) + " KiB); put what is large into files of the source"));
            }
        }
        return problems.isEmpty() ? new Sound(spec, EncodedSpec.of(spec).digest()) : new Refused(List.copyOf(problems));
    }

    private static int characters(List<String> texts) {
        return texts.stream().mapToInt(String::length).sum();
    }
}
