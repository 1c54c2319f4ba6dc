package dev.berth.cli;

import dev.berth.client.BerthClient;
import dev.berth.client.Version;

/** Watches a rollout until it is live or has failed, and says what it does. */
final class Rollouts {
    /** After it is live, the receipt is waited for so long; longer drains go on without us. */
    private static final long RECEIPT_MILLIS = 5_000;

    private Rollouts() {}

    /** @return the exit code */
    static int watch(BerthClient client, String app, int version, Output output) {
        String shown = "";
        long liveSince = 0;
        while (true) {
            Version now = Patience.answer(() -> client.version(app, version));
            switch (now.outcome()) {
                case "rolling" -> {
                    String progress = now.progress().orElse("");
                    if (!output.json() && !progress.isEmpty() && !progress.equals(shown)) {
                        output.line("  " + progress);
                        shown = progress;
                    }
                }
                case "live", "superseded" -> {
                    liveSince = liveSince == 0 ? System.currentTimeMillis() : liveSince;
                    boolean complete =
                            now.receipt().map(Version.Receipt::complete).orElse(false);
                    if (complete || System.currentTimeMillis() - liveSince > RECEIPT_MILLIS) {
                        show(now, complete, output);
                        return 0;
                    }
                }
                default -> {
                    output.done(
                            now,
                            "✗ v" + version + " " + now.outcome() + ": "
                                    + now.reason().orElse(""));
                    return BerthCommand.FAILED;
                }
            }
            Patience.pause();
        }
    }

    private static void show(Version version, boolean complete, Output output) {
        if (output.json()) {
            output.json(version);
            return;
        }
        version.receipt()
                .ifPresentOrElse(
                        receipt -> {
                            output.line("✓ v" + version.version() + " is live (started in " + receipt.startMillis()
                                    + " ms, cut over in " + receipt.cutoverMillis() + " ms)");
                            output.line("  receipt: " + receipt.inFlightAtCutover() + " in flight at cutover, "
                                    + receipt.finished()
                                    + " finished, " + receipt.cutAtDeadline() + " cut at the deadline, "
                                    + receipt.dropped()
                                    + " dropped" + some(receipt.abandoned(), " left by their clients")
                                    + some(receipt.takenBack(), " taken back")
                                    + some(receipt.unaccounted(), " lost with a gateway") + "; longest drain "
                                    + receipt.longestDrainMillis() + " ms"
                                    + (complete ? "" : " (older containers still drain)"));
                        },
                        () -> output.line("✓ v" + version.version() + " is live"));
    }

    private static String some(long number, String words) {
        return number == 0 ? "" : ", " + number + words;
    }
}
