package cadj.cad.graph.tape;

import cadj.cad.graph.Preview;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A tape's graph as a numbered list for people, and as maps for machines.
public final class TapeText {
  private TapeText() {}

  /// A line for each node: its number, what it is, what it reads, shape, and the largest magnitudes
  /// of value and gradient.
  ///
  /// @param within key of the module that is drawn, which names then leave out; empty for none
  public static List<String> lines(List<TapeNode> nodes, String within) {
    List<String> out = new ArrayList<>();
    int name = nodes.stream().mapToInt(node -> name(node, within).length()).max().orElse(0);
    for (int i = 0; i < nodes.size(); i++) {
      TapeNode node = nodes.get(i);
      Preview gradient = node.gradient();
      String line = "%4d  %-" + Math.max(1, name) + "s  %-20s |value| ≤ %.3e%s";
      out.add(
          line.formatted(
              i,
              name(node, within),
              node.shape(),
              node.value().statistics().absMax(),
              gradient == null
                  ? ""
                  : "  |gradient| ≤ %.3e".formatted(gradient.statistics().absMax())));
    }
    return out;
  }

  private static String name(TapeNode node, String within) {
    String reads =
        node.inputs().stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    return node.shortName(within) + (node.inputs().isEmpty() ? "" : reads);
  }

  /// Each with the numbers of those that it reads.
  public static List<Map<String, Object>> json(List<TapeNode> nodes) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (TapeNode node : nodes) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("kind", node.kind().name().toLowerCase(Locale.ROOT));
      row.put("name", node.name());
      row.put("module", node.module());
      row.put("inputs", node.inputs());
      row.put("operations", node.operations());
      row.put("shape", node.shape().toArray());
      row.put("value", node.value().statistics().json());
      Preview gradient = node.gradient();
      if (gradient != null) {
        row.put("gradient", gradient.statistics().json());
      }
      out.add(row);
    }
    return out;
  }
}
