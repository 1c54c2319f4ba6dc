package dev.berth.gateway.page;

import dev.berth.gateway.api.AppsApi;
import dev.berth.gateway.api.ClusterApi;
import dev.berth.gateway.api.Views.AppView;
import dev.berth.gateway.api.Views.ContainerView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What there is in all environments. */
@ApplicationScoped
class Everything {
    private final AppsApi apps;
    private final ClusterApi cluster;

    Everything(AppsApi apps, ClusterApi cluster) {
        this.apps = apps;
        this.cluster = cluster;
    }

    Uni<List<String>> environments() {
        return cluster.environments()
                .map(list -> list.stream().map(ClusterApi.EnvironmentView::name).toList());
    }

    Uni<List<AppView>> apps() {
        return environments()
                .chain(all ->
                        Uni.join().all(all.stream().map(apps::list).toList()).andFailFast())
                .map(Everything::flat);
    }

    Uni<List<ContainerView>> containers() {
        return environments()
                .map(all -> all.stream().map(cluster::containers).toList())
                .map(Everything::flat);
    }

    private static <T> List<T> flat(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
