package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.ApiJson;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is shown: a table for people, or the API's JSON. */
final class Output {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    boolean json() {
        return json;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    void line(String text) {
        out().println(text);
        out().flush();
    }

    void json(Object value) {
        line(ApiJson.of(value).toPrettyString());
    }

    /** What was done: the API's answer, or a line for people. */
    void done(Object value, String text) {
        if (json) {
            json(value);
        } else {
            line(text);
        }
    }

    /** A row for each record, a column for each named field. */
    void list(Iterable<?> records, String... fields) {
        if (json) {
            json(records);
            return;
        }
        List<String[]> rows = new ArrayList<>();
        String[] head = new String[fields.length];
        for (int i = 0; i < fields.length; i++) {
            head[i] = fields[i].toUpperCase(java.util.Locale.ROOT);
        }
        rows.add(head);
        for (JsonNode one : ApiJson.of(records)) {
            String[] row = new String[fields.length];
            for (int i = 0; i < fields.length; i++) {
                row[i] = cell(one.path(fields[i]));
            }
            rows.add(row);
        }
        table(rows);
    }

    /** One line; what is a list, or has parts, beside each other. */
    static String cell(JsonNode value) {
        if (value.isObject()) {
            List<String> each = new ArrayList<>();
            value.forEach(one -> each.add(cell(one)));
            return String.join(" ", each);
        }
        if (value.isArray()) {
            List<String> each = new ArrayList<>();
            value.forEach(one -> each.add(cell(one)));
            return String.join("; ", each);
        }
        String text = value.isNull() ? "" : value.asText("");
        return text.lines().findFirst().orElse("");
    }

    private void table(List<String[]> rows) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - row[i].length() + 2));
                }
            }
            line(line.toString().stripTrailing());
        }
    }
}
