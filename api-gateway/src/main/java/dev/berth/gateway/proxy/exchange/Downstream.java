package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.AnswerHead;

/** The client's end of an exchange. It knows how much of the request has come, and of the answer has gone. */
public interface Downstream extends Stream {
    /** Passes an interim answer on, where the client can read one. */
    void interim(AnswerHead head);

    /**
     * Begins the answer.
     *
     * @param sandboxed its page shares the host of Berth's own
     */
    void answer(AnswerHead head, boolean sandboxed);

    /** Answers 101: from here on bytes go both ways as they are. */
    void switching(AnswerHead head);

    /** Answers by the gateway's own word, before anything else was answered. */
    void refuse(Refusal refusal);

    /** Ends what was begun in a way that no client takes for the whole. */
    void cut();

    /** What a client does. */
    interface Events extends Stream.Events {
        /** It ended its connection, or the stream. */
        void gone();
    }
}
