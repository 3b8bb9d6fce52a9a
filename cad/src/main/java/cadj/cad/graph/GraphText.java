package cadj.cad.graph;

import cadj.cad.graph.ModuleTree.Parameter;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The modules of a model as a tree: in lines for people, as a map for machines.
public final class GraphText {
  private static final int UNIT = 1 << 10;

  private GraphText() {}

  /// One line of the tree, in columns.
  private record Row(String tree, String type, String weights, String shapes, List<String> below) {}

  /// @param from the module to begin at
  /// @param depth levels below it that are shown; what is deeper is only counted
  public static List<String> lines(Findings findings, ModuleTree from, int depth) {
    List<Row> rows = new ArrayList<>();
    add(rows, findings, from, "", "", depth);
    int tree = rows.stream().mapToInt(row -> row.tree.length()).max().orElse(0);
    int type = rows.stream().mapToInt(row -> row.type.length()).max().orElse(0);
    int weights = rows.stream().mapToInt(row -> row.weights.length()).max().orElse(0);
    List<String> out = new ArrayList<>();
    for (Row row : rows) {
      String format = "%-" + tree + "s  %-" + Math.max(1, type) + "s  %" + weights + "s  %s";
      out.add(format.formatted(row.tree, row.type, row.weights, row.shapes).stripTrailing());
      out.addAll(row.below);
    }
    return out;
  }

  private static void add(
      List<Row> rows, Findings findings, ModuleTree module, String stem, String indent, int depth) {
    String name = stem.isEmpty() ? top(findings, module) : module.name();
    List<ModuleTree> children = depth > 0 ? module.children() : List.of();
    String under = indent + (children.isEmpty() ? "   " : "│  ");
    List<String> below = new ArrayList<>();
    statistics(findings, module)
        .forEach((kind, it) -> below.add(under + "  %-12s%s".formatted(kind, it.words())));
    rows.add(
        new Row(
            stem + name,
            module.type(),
            "%,d".formatted(module.weights()),
            shapes(findings.input(module), findings.output(module)),
            below));
    for (int i = 0; i < children.size(); i++) {
      boolean isLast = i == children.size() - 1;
      add(
          rows,
          findings,
          children.get(i),
          indent + (isLast ? "└─ " : "├─ "),
          indent + (isLast ? "   " : "│  "),
          depth - 1);
    }
  }

  /// What the tree's first line calls it: the whole key, or the part's name.
  static String top(Findings findings, ModuleTree module) {
    return module.key().isEmpty() ? findings.part() : module.key();
  }

  /// What was asked for of a module, by kind.
  static Map<String, Statistics> statistics(Findings findings, ModuleTree module) {
    Map<String, Statistics> out = new LinkedHashMap<>();
    put(out, "weights", Findings.together(module, findings.weights()));
    Preview activation = findings.activation(module);
    put(out, "activations", activation == null ? null : activation.statistics());
    put(out, "gradients", Findings.together(module, findings.gradients()));
    return out;
  }

  private static void put(
      Map<String, Statistics> to, String kind, @Nullable Statistics statistics) {
    if (statistics != null) {
      to.put(kind, statistics);
    }
  }

  static String shapes(@Nullable Shape input, @Nullable Shape output) {
    if (input == null && output == null) {
      return "";
    }
    return (input == null ? "" : input + " ") + "→ " + (output == null ? "?" : output);
  }

  /// `16.5 MiB`
  public static String size(long bytes) {
    double value = bytes;
    String[] units = {"bytes", "KiB", "MiB", "GiB"};
    int unit = 0;
    while (value >= UNIT && unit < units.length - 1) {
      value /= UNIT;
      unit++;
    }
    return (unit == 0 ? "%.0f %s" : "%.1f %s").formatted(value, units[unit]);
  }

  /// A module with what is in it.
  ///
  /// @param depth as of [#lines]
  public static Map<String, Object> json(Findings findings, ModuleTree module, int depth) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("key", module.key());
    out.put("class", module.type());
    out.put("weights", module.weights());
    out.put("bytes", module.bytes());
    Shape input = findings.input(module);
    if (input != null) {
      out.put("input", input.toArray());
    }
    Shape output = findings.output(module);
    if (output != null) {
      out.put("output", output.toArray());
    }
    Map<String, Object> statistics = new LinkedHashMap<>();
    statistics(findings, module).forEach((kind, it) -> statistics.put(kind, it.json()));
    if (!statistics.isEmpty()) {
      out.put("statistics", statistics);
    }
    out.put("parameters", module.parameters().stream().map(it -> row(findings, it)).toList());
    if (depth > 0) {
      out.put(
          "children",
          module.children().stream().map(child -> json(findings, child, depth - 1)).toList());
    }
    return out;
  }

  private static Map<String, Object> row(Findings findings, Parameter parameter) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", parameter.name());
    out.put("shape", parameter.shape().toArray());
    out.put("dtype", parameter.dtype().name());
    Preview weights = findings.weights().get(parameter.name());
    if (weights != null) {
      out.put("weights", weights.statistics().json());
    }
    Preview gradients = findings.gradients().get(parameter.name());
    if (gradients != null) {
      out.put("gradients", gradients.statistics().json());
    }
    return out;
  }
}
