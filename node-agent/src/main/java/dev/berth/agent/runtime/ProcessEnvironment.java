package dev.berth.agent.runtime;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The environment of a container's command. It comes to it by way of a shell; what would change that shell, its helpers
 * or their loading, and what a shell changes itself, goes past it.
 *
 * @param inherited by the shell and the command
 * @param past {@code NAME=VALUE}, of the command alone. They are on a command line for a moment, where every user of
 *        this host can read them
 */
record ProcessEnvironment(Map<String, String> inherited, List<String> past) {
    /** What every process finds its container by, where there is no control group. */
    static final String MARK = "BERTH_CONTAINER";

    /** The agent's own environment holds the cluster's keys: nothing else of it is passed on. */
    private static final List<String> AGENTS =
            List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH");

    private static final Set<String> SHELLS = Set.of(
            "PATH",
            "IFS",
            "ENV",
            "PWD",
            "OLDPWD",
            "CDPATH",
            "PPID",
            "UID",
            "EUID",
            "GROUPS",
            "OPTIND",
            "OPTARG",
            "OPTERR",
            "PS1",
            "PS2",
            "PS3",
            "PS4",
            "SHELLOPTS",
            "SHLVL",
            "LINENO",
            "RANDOM",
            "SECONDS",
            "EPOCHSECONDS",
            "EPOCHREALTIME",
            "HISTCMD",
            "FUNCNAME",
            "DIRSTACK",
            "TMOUT",
            "MAIL",
            "MAILPATH",
            "MAILCHECK",
            "REPLY",
            "_",
            "POSIXLY_CORRECT",
            "GCONV_PATH",
            "LOCPATH",
            "NLSPATH");

    private static final List<String> LOADERS = List.of("LD_", "BASH", "GLIBC_", "MALLOC_", "COMP_");

    /**
     * @param agent the agent's own environment
     * @param port in decimal
     * @param source the folder that the command is run in
     */
    static ProcessEnvironment of(
            Map<String, String> agent, ContainerRef ref, ContainerSpec spec, int port, Path source) {
        Map<String, String> inherited = new TreeMap<>();
        for (String name : AGENTS) {
            if (agent.containsKey(name)) {
                inherited.put(name, agent.get(name));
            }
        }
        List<String> past = new ArrayList<>();
        new TreeMap<>(spec.env()).forEach((name, value) -> {
            if (goesPast(name)) {
                past.add(name + "=" + value);
            } else {
                inherited.put(name, value);
            }
        });
        inherited.put("PORT", String.valueOf(port));
        inherited.put("BERTH_APP", ref.app());
        inherited.put("BERTH_ENVIRONMENT", ref.environment());
        inherited.put("BERTH_FUNCTION", ref.function());
        inherited.put("BERTH_VERSION", String.valueOf(ref.version()));
        inherited.put(MARK, ref.id());
        inherited.put("BERTH_SOURCE", source.toString());
        return new ProcessEnvironment(inherited, past);
    }

    private static boolean goesPast(String name) {
        return SHELLS.contains(name) || LOADERS.stream().anyMatch(name::startsWith);
    }

    /** The command as the shell is to run it: it finds what its own PATH finds. */
    List<String> run(List<String> command) {
        List<String> run = new ArrayList<>();
        if (!past.isEmpty()) {
            run.add("env");
            run.addAll(past);
        }
        run.addAll(command);
        return run;
    }
}
