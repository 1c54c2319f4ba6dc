package dev.berth.registry.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.FunctionSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A spec's bytes in the deterministic encoding (protobuf maps have no order of their own), and their SHA-256. */
public record EncodedSpec(String digest, ByteString data) {

    /** All that an agent needs to know of a function's containers; the same for every version that runs them alike. */
    public static EncodedSpec of(AppSpec app, FunctionSpec function) {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .addAllCommand(function.getCommandList())
                .putAllEnv(app.getEnvMap())
                .setSourceDigest(app.getSourceDigest())
                .setCpuMillis(function.getCpuMillis())
                .setMemoryBytes(function.getMemoryBytes())
                .setCpuLimited(function.getCpuLimited())
                .setMemoryLimited(function.getMemoryLimited())
                .setStartupTimeoutMillis(function.getStartupTimeoutMillis())
                .setStopGraceMillis(function.getStopGraceMillis());
        switch (function.getKindCase()) {
            case WEB -> spec.setWeb(function.getWeb().toBuilder().clearLabel());
            case CALL -> spec.setCall(function.getCall());
            case JOB -> spec.setJob(function.getJob());
            case KIND_NOT_SET -> throw new IllegalArgumentException("function " + function.getName() + " has no kind");
        }
        return of(spec.build());
    }

    public static EncodedSpec of(MessageLite message) {
        ByteString.Output bytes = ByteString.newOutput(message.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.flush();
            ByteString data = bytes.toByteString();
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(data.asReadOnlyByteBuffer());
            return new EncodedSpec(HexFormat.of().formatHex(hash.digest()), data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The same app with the digest of each function that has none yet. */
    public static AppSpec digested(AppSpec app) {
        AppSpec.Builder digested = app.toBuilder();
        for (FunctionSpec.Builder function : digested.getFunctionsBuilderList()) {
            if (function.getDigest().isEmpty()) {
                function.setDigest(of(app, function.build()).digest());
            }
        }
        return digested.build();
    }
}
