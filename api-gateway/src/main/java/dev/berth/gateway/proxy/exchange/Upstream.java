package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.AnswerHead;

/** The container's end of one attempt. After the end of both bodies it is over by itself. */
public interface Upstream extends Stream {
    /**
     * Sends the head of the request, and of a request without a body all of it.
     *
     * @return false where the connection had ended meanwhile, so that nothing was sent
     */
    boolean head(Request request);

    /** Ends it before its end. It says nothing more. */
    void reset();

    /** How a container fails an attempt. */
    enum Failure {
        /** The request has not reached it. */
        UNDELIVERED,
        /** It ended the connection, or the stream. */
        SILENT,
        /** What it answered is none. */
        UNREADABLE
    }

    /** What a container does. */
    interface Events extends Stream.Events {
        void interim(AnswerHead head);

        void answer(AnswerHead head);

        /** It answered 101, which was asked for. */
        void switching(AnswerHead head);

        /**
         * Nothing more comes.
         *
         * @param why for people; may be null
         */
        void failed(Failure how, String why);
    }
}
