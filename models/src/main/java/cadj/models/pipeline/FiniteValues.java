package cadj.models.pipeline;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Demands that what a model computes are numbers.
///
/// A value is looked over once. Only if it holds NaN or an infinity is it computed again, with
/// every module's output looked over too, so that the error names the first module at fault.
///
/// @param parts weights of what computes the values, by the model's parts (`unet`)
public record FiniteValues(SequencedMap<String, ? extends Map<String, Tensor>> parts) {
  static FiniteValues of(String part, Map<String, Tensor> weights) {
    SequencedMap<String, Map<String, Tensor>> parts = new LinkedHashMap<>();
    parts.put(part, weights);
    return new FiniteValues(parts);
  }

  /// @param what the value's name, should no module be at fault
  /// @param when `at step 3 of 50`, or empty
  /// @param again computes the value anew
  /// @throws NonFiniteException if `value` has NaN or an infinity
  public void require(Tensor value, String what, String when, Supplier<?> again) {
    String found = nonFinite(value);
    if (found == null) {
      return;
    }
    First first = new First();
    Scope.run(
        "look for " + found,
        () -> Tape.noGrad(() -> Activations.with(Activations.observe("**", first::look), again)));
    throw first.key == null
        ? new NonFiniteException(sentence(found, what, when), false)
        : error(first, when);
  }

  /// Demands it of a value that no model computes.
  ///
  /// @param what the value's name
  static void require(Tensor value, String what, String when) {
    String found = nonFinite(value);
    if (found != null) {
      throw new NonFiniteException(sentence(found, what, when), false);
    }
  }

  private NonFiniteException error(First first, String when) {
    for (var part : parts.entrySet()) {
      for (var weight : part.getValue().entrySet()) {
        String found =
            weight.getKey().startsWith(first.key + ".") ? nonFinite(weight.getValue()) : null;
        if (found != null) {
          String where = "%s of the %s".formatted(first.key, part.getKey());
          String which = ", whose %s has %s".formatted(last(weight.getKey(), first.key), found);
          return new NonFiniteException(sentence(first.found, where, when) + which, true);
        }
      }
    }
    String where = "%s of the %s".formatted(first.key, String.join(" or ", parts.keySet()));
    return new NonFiniteException(
        sentence(first.found, where, when) + ", whose weights are finite", false);
  }

  /// What of `name` follows `key` and a dot.
  private static String last(String name, @Nullable String key) {
    return key == null ? name : name.substring(key.length() + 1);
  }

  private static String sentence(String found, String where, String when) {
    return "%s in %s%s".formatted(found, where, when.isEmpty() ? "" : " " + when);
  }

  /// `NaN` or `infinity`, whichever `value` has first; null if it is all numbers.
  private static @Nullable String nonFinite(Tensor value) {
    if (!value.dtype().isFloat()) {
      return null;
    }
    for (float x : value.toFloats()) {
      if (!Float.isFinite(x)) {
        return Float.isNaN(x) ? "NaN" : "infinity";
      }
    }
    return null;
  }

  /// The first output that is not all numbers.
  private static final class First {
    private @Nullable String key;
    private String found = "";

    void look(String module, Tensor output) {
      String here = key == null ? nonFinite(output) : null;
      if (here != null) {
        key = module;
        found = here;
      }
    }
  }
}
