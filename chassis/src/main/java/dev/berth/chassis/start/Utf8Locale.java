package dev.berth.chassis.start;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of files, variables and arguments are UTF-8 whatever the locale of whoever starts a service. A JVM takes their
 * encoding from the locale as it starts, and from no flag: one that has another begins again, as the same process.
 */
final class Utf8Locale {
    private static final String VARIABLE = "LC_ALL";
    private static final String UTF_8 = "C.UTF-8";

    private Utf8Locale() {}

    /** Returns where the encoding is UTF-8, or can't become so, which is said; else it does not return. */
    static void ensure() {
        if ("UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            return;
        }
        if (!UTF_8.equals(System.getenv(VARIABLE))) {
            beginAgain();
        }
        System.err.println("the locale of this service is not UTF-8, and names and text outside ASCII will be lost;"
                + " start it with " + VARIABLE + " set to a UTF-8 locale of this machine (locale -a lists them)");
    }

    /** Returns only where it can't be done. */
    private static void beginAgain() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arguments(Files.readAllBytes(Path.of("/proc/self/cmdline")), arena);
            int set = (int) function("setenv", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                    .invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(UTF_8), 1);
            if (set == 0) {
                int refused = (int) function("execv", ValueLayout.ADDRESS, ValueLayout.ADDRESS)
                        .invokeExact(arena.allocateFrom("/proc/self/exe"), arguments);
                System.err.println("this service could not begin again (execv " + refused + ")");
            }
        } catch (IOException noProc) {
            // Then it is no Linux, and what can be done is said.
        } catch (Throwable fault) {
            throw new IllegalStateException("the C library can't be called", fault);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }

    /** The bytes that this JVM was started with; its own strings of them have lost what the locale could not say. */
    private static MemorySegment arguments(byte[] line, Arena arena) {
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, line);
        List<MemorySegment> each = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < line.length; at++) {
            if (line[at] == 0) {
                each.add(bytes.asSlice(begin));
                begin = at + 1;
            }
        }
        MemorySegment all = arena.allocate(ValueLayout.ADDRESS, each.size() + 1L);
        for (int i = 0; i < each.size(); i++) {
            all.setAtIndex(ValueLayout.ADDRESS, i, each.get(i));
        }
        all.setAtIndex(ValueLayout.ADDRESS, each.size(), MemorySegment.NULL);
        return all;
    }
}
