package dev.berth.registry.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.berth.protocol.v1.CallSpec;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.JobSpec;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import dev.berth.registry.app.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A spec's bytes in the deterministic encoding (protobuf maps have no order of their own), and their SHA-256. */
public record EncodedSpec(String digest, ByteString data) {

    /** Of the whole spec, without the digests of its functions. */
    public static EncodedSpec of(AppSpec app) {
        return of(StoredSpec.of(app.withFunctions(app.functions().stream()
                        .map(function -> function.withDigest(""))
                        .toList()))
                .message());
    }

    /** All that an agent needs to know of a function's containers; the same for every version that runs them alike. */
    public static EncodedSpec of(AppSpec app, FunctionSpec function) {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .addAllCommand(function.command())
                .putAllEnv(app.env())
                .setSourceDigest(app.sourceDigest())
                .setCpuMillis(function.cpuMillis())
                .setMemoryBytes(function.memoryBytes())
                .setCpuLimited(function.cpuLimited())
                .setMemoryLimited(function.memoryLimited())
                .setStartupTimeoutMillis(function.startupTimeout().toMillis())
                .setStopGraceMillis(function.stopGrace().toMillis())
                .setUser(function.user())
                .setReadOnly(function.readOnly())
                .setPids(function.pids());
        function.image().map(StoredSpec::message).ifPresent(spec::setImage);
        switch (function.kind()) {
            case Kind.Web web ->
                spec.setWeb(WebSpec.newBuilder()
                        .setPort(web.port())
                        .setReadiness(web.readiness())
                        .setProtocol(StoredSpec.message(web.protocol())));
            case Kind.Call call ->
                spec.setCall(CallSpec.newBuilder().setPort(call.port()).setReadiness(call.readiness()));
            case Kind.Job job -> spec.setJob(JobSpec.getDefaultInstance());
        }
        return of(spec.build());
    }

    private static EncodedSpec of(MessageLite message) {
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
        return app.withFunctions(app.functions().stream()
                .map(function -> function.digest().isEmpty()
                        ? function.withDigest(of(app, function).digest())
                        : function)
                .toList());
    }

    /** In bytes. */
    public int size() {
        return data.size();
    }
}
