package dev.berth.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.berth.protocol.manifest.ManifestText;
import dev.berth.protocol.v1.DeployRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashSet;
import java.util.Set;

/**
 * What a deploy or a plan is asked with: the manifest itself, YAML or JSON; or a JSON object with it under
 * {@code manifest}, as text or as an object. The manifest goes on as it was written: read and written anew, its numbers
 * would be others.
 */
final class DeployBody {
    private static final JsonFactory JSON = new JsonFactory();

    private final String text;
    private final DeployRequest.Builder request = DeployRequest.newBuilder();
    /** What is wrong with the object around the manifest; empty where nothing is. */
    private String wrong = "";

    private DeployBody(String text) {
        this.text = text;
    }

    /** @param type null where the client did not say one */
    static DeployRequest read(byte[] bytes, MediaType type) {
        String text = text(bytes == null ? new byte[0] : bytes, type);
        DeployBody body = new DeployBody(text.startsWith("\ufeff") ? text.substring(1) : text);
        if (!body.text.stripLeading().startsWith("{")) {
            return manifestAlone(text);
        }
        try {
            return body.readObject() ? body.wrapped() : manifestAlone(text);
        } catch (JsonProcessingException broken) {
            // YAML may begin like this too, so only who says that it is JSON is taken at their word.
            if (type != null && type.getSubtype().endsWith("json")) {
                throw new WebApplicationException(
                        "the body is not valid JSON" + at(broken.getLocation()) + ": " + broken.getOriginalMessage(),
                        400);
            }
            return manifestAlone(text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static DeployRequest manifestAlone(String text) {
        return DeployRequest.newBuilder().setManifest(text).build();
    }

    private DeployRequest wrapped() {
        if (!wrong.isEmpty()) {
            throw new WebApplicationException("the body is wrong" + wrong, 400);
        }
        return request.build();
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String text(byte[] bytes, MediaType type) {
        String name = type == null ? null : type.getParameters().get(MediaType.CHARSET_PARAMETER);
        try {
            Charset charset = name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException broken) {
            throw new WebApplicationException(
                    "the body is not " + (name == null ? "UTF-8" : name) + "; send it as UTF-8", 400);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            throw new WebApplicationException("nobody here reads the charset " + name + "; send UTF-8", 415);
        }
    }

    /** True where the manifest is a member of it. */
    private boolean readObject() throws IOException {
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (!seen.add(name)) {
                    wrong = at(parser.currentTokenLocation()) + ": duplicate member " + name;
                }
                parser.nextToken();
                read(name, parser);
            }
            if (parser.nextToken() != null) {
                wrong = at(parser.currentTokenLocation()) + ": there is something after the object's end";
            }
            return seen.contains("manifest");
        }
    }

    private void read(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "manifest" -> request.setManifest(manifest(parser));
            case "name" -> request.setName(scalar(parser));
            case "strategy" -> request.setStrategy(scalar(parser));
            case "sourceDigest" -> request.setSourceDigest(scalar(parser));
            case "tag" -> request.setTag(scalar(parser));
            case "commit" -> request.setCommit(scalar(parser));
            case "force" -> request.setForce(flag(parser));
            default -> parser.skipChildren();
        }
    }

    /** Text as what it stands for; anything else letter by letter, on the line on which it is in the body. */
    private String manifest(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return whole(parser);
        }
        JsonLocation begin = parser.currentTokenLocation();
        parser.skipChildren();
        return "\n".repeat(begin.getLineNr() - 1)
                + text.substring((int) begin.getCharOffset(), (int)
                        parser.currentLocation().getCharOffset());
    }

    /** As it was written; empty for null. */
    private String scalar(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> "";
            case START_OBJECT, START_ARRAY -> refused(parser, "must be text");
            default -> whole(parser);
        };
    }

    /** On the wire half of a character would become a question mark. */
    private String whole(JsonParser parser) throws IOException {
        String value = parser.getText();
        return ManifestText.whole(value)
                ? value
                : refused(parser, "has half of a character, from an escape such as \\ud83d; write both halves");
    }

    private boolean flag(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> !refused(parser, "must be true or false").isEmpty();
        };
    }

    private String refused(JsonParser parser, String why) throws IOException {
        wrong = at(parser.currentTokenLocation()) + ": " + parser.currentName() + " " + why;
        parser.skipChildren();
        return "";
    }
}
