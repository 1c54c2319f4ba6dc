package dev.berth.gateway.page;

import dev.berth.gateway.api.AppsApi;
import dev.berth.gateway.api.Views.AppView;
import dev.berth.gateway.api.Views.ContainerView;
import dev.berth.gateway.api.Views.VersionView;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** One app, its versions and how they differ. */
@Path("/apps/{environment}/{app}")
@Produces(MediaType.TEXT_HTML)
@LoggedIn
public class AppPages {
    private static final int RECENT = 5;

    private final AppsApi apps;
    private final Frame.Maker frames;

    AppPages(AppsApi apps, Frame.Maker frames) {
        this.apps = apps;
        this.frames = frames;
    }

    /**
     * @param live the version that serves, or else the newest one
     * @param rolling the version that is on its way; null for none
     */
    public record Overview(
            Frame frame,
            AppView app,
            VersionView live,
            VersionView rolling,
            List<FunctionRow> functions,
            List<ContainerView> containers,
            List<VersionView> recent)
            implements TemplateInstance {}

    /**
     * @param serves whether it is the one that does
     * @param since null where there is no version before it, or the two can't be compared
     */
    public record Version(
            Frame frame,
            AppView app,
            VersionView version,
            boolean serves,
            List<ContainerView> containers,
            AppsApi.ChangesView since)
            implements TemplateInstance {}

    public record History(Frame frame, AppView app, List<VersionView> versions) implements TemplateInstance {}

    public record Compare(Frame frame, AppView app, AppsApi.ChangesView changes) implements TemplateInstance {}

    private Frame frame(String environment, String app, String title) {
        return frames.frame(title, "apps", Topics.app(environment, app));
    }

    @GET
    public Uni<Overview> overview(@RestPath String environment, @RestPath String app) {
        return Uni.combine()
                .all()
                .unis(apps.get(environment, app), apps.versions(environment, app), apps.containers(environment, app))
                .asTuple()
                .map(found -> overview(found.getItem1(), found.getItem2(), found.getItem3()));
    }

    private Overview overview(AppView app, List<VersionView> versions, List<ContainerView> containers) {
        VersionView live = of(versions, app.version() == null ? app.newestVersion() : app.version());
        VersionView rolling = app.rollingVersion() == null ? null : of(versions, app.rollingVersion());
        return new Overview(
                frame(app.environment(), app.name(), app.name()),
                app,
                live,
                rolling,
                FunctionRow.of(live, app.version() != null, containers),
                containers,
                versions.stream().limit(RECENT).toList());
    }

    private static VersionView of(List<VersionView> versions, int number) {
        return versions.stream()
                .filter(version -> version.version() == number)
                .findFirst()
                .orElse(versions.getFirst());
    }

    @GET
    @Path("versions/{version}")
    public Uni<Version> version(@RestPath String environment, @RestPath String app, @RestPath int version) {
        Uni<AppsApi.ChangesView> since = version <= 1
                ? Uni.createFrom().nullItem()
                : apps.changes(environment, app, version, version - 1)
                        .onFailure()
                        .recoverWithNull();
        return Uni.combine()
                .all()
                .unis(
                        apps.get(environment, app),
                        apps.version(environment, app, version),
                        apps.containers(environment, app),
                        since)
                .asTuple()
                .map(found -> new Version(
                        frame(environment, app, app + " v" + version),
                        found.getItem1(),
                        found.getItem2(),
                        Objects.equals(found.getItem1().version(), version),
                        found.getItem3().stream()
                                .filter(container -> container.version() == version)
                                .toList(),
                        found.getItem4()));
    }

    @GET
    @Path("history")
    public Uni<History> history(@RestPath String environment, @RestPath String app) {
        return Uni.combine()
                .all()
                .unis(apps.get(environment, app), apps.versions(environment, app))
                .asTuple()
                .map(found ->
                        new History(frame(environment, app, app + " history"), found.getItem1(), found.getItem2()));
    }

    /** @param from compared with {@code to}; both are asked for by the form in the history */
    @GET
    @Path("compare")
    public Uni<Compare> compare(
            @RestPath String environment, @RestPath String app, @RestQuery Integer from, @RestQuery Integer to) {
        if (from == null || to == null) {
            throw new BadRequestException("choose two versions to compare: ?from=1&to=2");
        }
        return Uni.combine()
                .all()
                .unis(apps.get(environment, app), apps.changes(environment, app, to, from))
                .asTuple()
                .map(found -> new Compare(
                        frames.frame(app + " v" + from + " and v" + to, "apps", Topics.NONE),
                        found.getItem1(),
                        found.getItem2()));
    }
}
