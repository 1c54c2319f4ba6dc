package dev.berth.chassis.fault;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses, by its path, text that has a NUL in it: PostgreSQL has no such text, nor has a program's command line. All
 * fields of all messages are looked at, so that a new one can't be forgotten.
 */
@ApplicationScoped
public class Texts implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                Optional<String> problem = message instanceof Message read ? problem("", read) : Optional.empty();
                refused |= problem.isPresent();
                problem.ifPresentOrElse(
                        words -> call.close(Status.INVALID_ARGUMENT.withDescription(words), new Metadata()),
                        () -> super.onMessage(message));
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** What is wrong with the first text that has a NUL. */
    static Optional<String> problem(String path, Message message) {
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            String at = path + field.getKey().getJsonName();
            Optional<String> problem = problem(at, field.getValue());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(String at, Object value) {
        return switch (value) {
            case String text -> problem(at, text.indexOf('\0'), text);
            case Message inner -> problem(at + ".", inner);
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    Optional<String> problem = problem(at + "[" + i + "]", list.get(i));
                    if (problem.isPresent()) {
                        yield problem;
                    }
                }
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static Optional<String> problem(String at, int nul, String text) {
        if (nul < 0) {
            return Optional.empty();
        }
        long line = 1 + text.chars().limit(nul).filter(one -> one == '\n').count();
        return Optional.of(at + " has a NUL character (U+0000) in line " + line + "; leave it out");
    }
}
