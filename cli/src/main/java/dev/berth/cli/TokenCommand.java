package dev.berth.cli;

import dev.berth.client.Token;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Tokens: who may call the API.",
        subcommands = {TokenCommand.Create.class, TokenCommand.ListTokens.class, TokenCommand.Revoke.class})
final class TokenCommand {
    private TokenCommand() {}

    @Command(name = "create", mixinStandardHelpOptions = true, description = "A new token of a user; it is shown once.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "USER")
        private String user;

        @Override
        public Integer call() {
            Token token = connection.client().createToken(user);
            Map<String, String> shown = new LinkedHashMap<>();
            shown.put("token", token.token().orElseThrow());
            shown.put("user", token.user());
            shown.put("id", token.id());
            output.done(shown, token.token().orElseThrow());
            return 0;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every token, without its secret.")
    static final class ListTokens implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            output.list(connection.client().tokens(), "id", "user", "createdAt", "revoked");
            return 0;
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "End a token, by its id.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() {
            Token token = connection.client().revokeToken(id);
            output.done(token, "✓ Revoked " + id + " of " + token.user());
            return 0;
        }
    }
}
