package dev.berth.gateway.page;

import dev.berth.gateway.api.Views.NodeView;
import java.util.List;

/**
 * All nodes together.
 *
 * @param cpu cores of those that are there
 */
public record Fleet(
        long nodes, long ready, double cpu, double cpuUsed, long memoryBytes, long memoryBytesUsed, long containers) {
    static Fleet of(List<NodeView> nodes) {
        List<NodeView> there =
                nodes.stream().filter(node -> !node.state().equals("lost")).toList();
        return new Fleet(
                nodes.size(),
                nodes.stream().filter(node -> node.state().equals("ready")).count(),
                there.stream().mapToDouble(NodeView::cpu).sum(),
                there.stream().mapToDouble(node -> node.cpu() - node.cpuFree()).sum(),
                there.stream().mapToLong(NodeView::memoryBytes).sum(),
                there.stream()
                        .mapToLong(node -> node.memoryBytes() - node.memoryBytesFree())
                        .sum(),
                there.stream().mapToLong(NodeView::containers).sum());
    }
}
