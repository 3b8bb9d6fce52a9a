package cadj.cad.graph.tape;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A tape's graph in which the operations of one call of a module are one node.
///
/// Its parameters that only it reads go with it. The node's value and gradient are those of its
/// last operation.
public final class Collapsed {
  private Collapsed() {}

  /// The graph as it is, if it has at most `most` nodes; else with as many levels of modules as
  /// leave at most that many, or one.
  public static List<TapeNode> toFit(List<TapeNode> nodes, String within, int most) {
    int deepest = nodes.stream().mapToInt(node -> levels(node.module(), within)).max().orElse(0);
    List<TapeNode> out = nodes;
    for (int depth = deepest; out.size() > most && depth >= 1; depth--) {
      out = of(nodes, within, depth);
    }
    return out;
  }

  /// @param within key of the module that is drawn; empty for all
  /// @param depth levels below it whose operations stay apart; at least 0: at 1, each module
  ///   directly in it is a node
  public static List<TapeNode> of(List<TapeNode> nodes, String within, int depth) {
    List<Integer> group = groups(nodes, within, depth);
    Map<Integer, Set<Integer>> readers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (int input : nodes.get(i).inputs()) {
        readers.computeIfAbsent(input, its -> new HashSet<>()).add(group.get(i));
      }
    }
    List<TapeNode> out = new ArrayList<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    Map<Integer, Integer> ofGroup = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      TapeNode node = nodes.get(i);
      int its = group.get(i);
      Set<Integer> read = readers.getOrDefault(i, Set.of());
      boolean isInside =
          node.kind() == TapeNode.Kind.LEAF
              && read.size() == 1
              && isCollapsed(nodes, read.iterator().next(), within, depth)
              && node.name().startsWith(key(nodes, read.iterator().next(), within, depth) + ".");
      if (isInside) {
        continue;
      }
      List<Integer> inputs =
          node.inputs().stream().filter(numbers::containsKey).map(numbers::get).toList();
      Integer at = ofGroup.get(its);
      if (at == null) {
        numbers.put(i, out.size());
        boolean one = node.operations() == 0 || !isCollapsed(nodes, its, within, depth);
        out.add(one ? renumbered(node, inputs) : module(node, inputs, within, depth));
        if (!one) {
          ofGroup.put(its, out.size() - 1);
        }
      } else {
        numbers.put(i, at);
        out.set(at, joined(out.get(at), node, inputs, at));
      }
    }
    return ordered(out);
  }

  /// The same graph, in which each node reads only such as stand before it: a module may have read
  /// what was computed after its first operation.
  private static List<TapeNode> ordered(List<TapeNode> nodes) {
    List<TapeNode> out = new ArrayList<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      append(i, nodes, numbers, out);
    }
    return out;
  }

  private static void append(
      int i, List<TapeNode> nodes, Map<Integer, Integer> numbers, List<TapeNode> out) {
    if (numbers.containsKey(i)) {
      return;
    }
    TapeNode node = nodes.get(i);
    node.inputs().forEach(input -> append(input, nodes, numbers, out));
    numbers.put(i, out.size());
    out.add(renumbered(node, node.inputs().stream().map(numbers::get).toList()));
  }

  /// For each node the number of the first of its group: operations of one module without another
  /// between them. A leaf is alone.
  private static List<Integer> groups(List<TapeNode> nodes, String within, int depth) {
    List<Integer> out = new ArrayList<>();
    int before = -1;
    for (int i = 0; i < nodes.size(); i++) {
      TapeNode node = nodes.get(i);
      if (node.operations() == 0) {
        out.add(i);
        continue;
      }
      boolean goesOn =
          before >= 0
              && levels(node.module(), within) >= depth
              && levels(nodes.get(before).module(), within) >= depth
              && cut(node.module(), within, depth)
                  .equals(cut(nodes.get(before).module(), within, depth));
      out.add(goesOn ? out.get(before) : i);
      before = i;
    }
    return out;
  }

  /// Key of the module that a group stands for.
  private static String key(List<TapeNode> nodes, int first, String within, int depth) {
    return cut(nodes.get(first).module(), within, depth);
  }

  private static boolean isCollapsed(List<TapeNode> nodes, int first, String within, int depth) {
    TapeNode node = nodes.get(first);
    return node.operations() > 0 && levels(node.module(), within) >= depth;
  }

  private static TapeNode renumbered(TapeNode node, List<Integer> inputs) {
    return new TapeNode(
        node.kind(),
        node.name(),
        node.module(),
        inputs,
        node.operations(),
        node.value(),
        node.gradient());
  }

  private static TapeNode module(TapeNode first, List<Integer> inputs, String within, int depth) {
    String key = cut(first.module(), within, depth);
    return new TapeNode(
        TapeNode.Kind.MODULE,
        named(key, within),
        key,
        inputs.stream().distinct().toList(),
        first.operations(),
        first.value(),
        first.gradient());
  }

  /// A module's key below `within`; that itself by its whole key.
  private static String named(String key, String within) {
    return key.equals(within) ? key : TapeNode.below(key, within);
  }

  private static TapeNode joined(TapeNode group, TapeNode next, List<Integer> inputs, int own) {
    List<Integer> all = new ArrayList<>(group.inputs());
    inputs.stream()
        .filter(input -> input != own && !all.contains(input))
        .distinct()
        .forEach(all::add);
    return new TapeNode(
        group.kind(),
        group.name(),
        group.module(),
        all,
        group.operations() + next.operations(),
        next.value(),
        next.gradient());
  }

  /// How many modules deep `key` is below `within`; a number belongs to the name before it.
  static int levels(String key, String within) {
    return rest(key, within).size();
  }

  /// The first `depth` modules of `key` below `within`, with that before them.
  private static String cut(String key, String within, int depth) {
    List<String> names = rest(key, within);
    List<String> kept = new ArrayList<>(names.subList(0, Math.min(depth, names.size())));
    if (!within.isEmpty()) {
      kept.addFirst(within);
    }
    return String.join(".", kept);
  }

  private static List<String> rest(String key, String within) {
    boolean isBelow = within.isEmpty() ? !key.isEmpty() : key.startsWith(within + ".");
    if (!isBelow) {
      return List.of();
    }
    String below = TapeNode.below(key, within);
    return List.of(below.split("\\.(?!\\d+(?:\\.|$))"));
  }
}
