package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.BerthClient;

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
            JsonNode now = Patience.answer(() -> client.version(app, version));
            String outcome = now.path("outcome").asText();
            switch (outcome) {
                case "rolling" -> {
                    String progress = now.path("progress").asText("");
                    if (!output.json() && !progress.isEmpty() && !progress.equals(shown)) {
                        output.line("  " + progress);
                        shown = progress;
                    }
                }
                case "live", "superseded" -> {
                    liveSince = liveSince == 0 ? System.currentTimeMillis() : liveSince;
                    boolean complete = now.path("receipt").path("complete").asBoolean();
                    if (complete || System.currentTimeMillis() - liveSince > RECEIPT_MILLIS) {
                        show(now, complete, output);
                        return 0;
                    }
                }
                default -> {
                    output.done(now, "✗ v" + version + " " + outcome + ": " + now.path("reason").asText());
                    return BerthCommand.FAILED;
                }
            }
            Patience.pause();
        }
    }

    private static void show(JsonNode version, boolean complete, Output output) {
        if (output.json()) {
            output.json(version);
            return;
        }
        JsonNode receipt = version.path("receipt");
        output.line(
                "✓ v" + version.path("version").asInt() + " is live (started in " + receipt.path("startMillis").asLong()
                        + " ms, cut over in " + receipt.path("cutoverMillis").asLong() + " ms)");
        output.line("  receipt: " + receipt.path("inFlightAtCutover").asLong() + " in flight at cutover, "
                + receipt.path("finished").asLong() + " finished, " + receipt.path("cutAtDeadline").asLong()
                + " cut at the deadline, " + receipt.path("dropped").asLong() + " dropped"
                + some(receipt, "abandoned", " left by their clients") + some(receipt, "takenBack", " taken back")
                + some(receipt, "unaccounted", " lost with a gateway") + "; longest drain "
                + receipt.path("longestDrainMillis").asLong() + " ms"
                + (complete ? "" : " (older containers still drain)"));
    }

    private static String some(JsonNode receipt, String field, String words) {
        long number = receipt.path(field).asLong();
        return number == 0 ? "" : ", " + number + words;
    }
}
