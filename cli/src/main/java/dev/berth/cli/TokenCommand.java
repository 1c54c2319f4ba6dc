package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "token", mixinStandardHelpOptions = true, description = "Tokens: who may call the API.", subcommands = {
        TokenCommand.Create.class, TokenCommand.ListTokens.class, TokenCommand.Revoke.class})
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
            JsonNode token = connection.client().createToken(user);
            output.done(JsonNodeFactory.instance.objectNode().put("token", token.path("token").asText())
                    .put("user", token.path("user").asText()).put("id", token.path("id").asText()),
                    token.path("token").asText());
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
            JsonNode token = connection.client().revokeToken(id);
            output.done(token, "✓ Revoked " + id + " of " + token.path("user").asText());
            return 0;
        }
    }
}
