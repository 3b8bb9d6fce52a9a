package cadj.cad.graph;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inputs and outputs of modules by key, as a run announced them.
public final class Observed {
  private final boolean values;
  private final Map<String, List<Shape>> inputs = new HashMap<>();
  private final Map<String, List<Shape>> outputs = new HashMap<>();
  private final Map<String, List<Preview>> previews = new HashMap<>();
  private final Map<String, Integer> order = new HashMap<>();

  /// @param values whether outputs are looked at, not only their shapes: false in a dry run
  public Observed(boolean values) {
    this.values = values;
  }

  /// To run a model under.
  public List<Intervention> interventions() {
    return List.of(
        Activations.observe(
            "**:input",
            (key, value) -> {
              String module = key.substring(0, key.lastIndexOf(':'));
              order.putIfAbsent(module, order.size());
              add(inputs, module, value.shape());
            }),
        Activations.observe(
            "**",
            (key, value) -> {
              order.putIfAbsent(key, order.size());
              add(outputs, key, value.shape());
              if (values) {
                add(previews, key, Preview.of(value));
              }
            }));
  }

  private static <T> void add(Map<String, List<T>> to, String key, T value) {
    to.computeIfAbsent(key, its -> new ArrayList<>()).add(value);
  }

  /// @param call of several under one key; where there are fewer, the last
  @Nullable Shape input(String key, int call) {
    return at(inputs, key, call);
  }

  @Nullable Shape output(String key, int call) {
    return at(outputs, key, call);
  }

  /// The module's place in the order in which the run came to modules, from 0; after all others if
  /// it did not come to it.
  int order(String key) {
    return order.getOrDefault(key, Integer.MAX_VALUE);
  }

  @Nullable Preview preview(String key, int call) {
    return at(previews, key, call);
  }

  private static <T> @Nullable T at(Map<String, List<T>> all, String key, int call) {
    List<T> found = all.getOrDefault(key, List.of());
    return found.isEmpty() ? null : found.get(Math.min(call, found.size() - 1));
  }
}
