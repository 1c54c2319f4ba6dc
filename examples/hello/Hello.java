import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Says hello, and which version says it. Needs only a JDK. */
public class Hello {
    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(System.getenv("PORT"))), 0);
        String greeting = "Hello from " + System.getenv("BERTH_APP") + " v" + System.getenv("BERTH_VERSION") + "\n";
        byte[] body = greeting.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        System.out.println("listening on " + System.getenv("PORT"));
    }
}
