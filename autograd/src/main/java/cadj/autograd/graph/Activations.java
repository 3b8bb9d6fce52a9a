package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;
import static java.util.Comparator.comparingInt;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads, replaces and differentiates the activations of a model while it runs: PyTorch's forward
/// hooks, forward pre-hooks and `retain_grad`, for a block of code.
///
/// ```java
/// Tensor patched =
///     Activations.with(
///         Activations.replace("mid_block.**.attn2", (key, own) -> other.get(key)),
///         () -> unet.forward(latents, t, text));
/// ```
///
/// Each module announces its output under its own key (as in the checkpoint, without `.weight`),
/// any others under `key.name`, its input under `key:input`, and an attention its probabilities
/// [N,heads,queries,keys] under `key:probabilities`. Globs over those keys are a [KeyGlob]'s. Keys
/// do not say which model they belong to: a scope around a whole pipeline sees its text encoders,
/// denoiser and VAE.
///
/// Interventions act in the order in which PyTorch's hooks would: those of an outer [#with] before
/// those of an inner one, and those of one list in its order, each on what the one before left.
/// What a callback itself computes with modules is not announced.
///
/// In a backward pass, a checkpointed block ([Tape#checkpoint]) runs again: replacements then act
/// again, and must give the same; observers are not called again. This holds also when the backward
/// pass comes after the end of [#with].
public final class Activations {
  private static final ScopedValue<Bound> BOUND = ScopedValue.newInstance();
  private static final Bound NOTHING = new Bound(List.of(), false);

  private Activations() {}

  /// Where at a module a value is.
  public enum Port {
    OUTPUT(""),
    INPUT(":input"),
    PROBABILITIES(":probabilities");

    private final String suffix;

    Port(String suffix) {
      this.suffix = suffix;
    }
  }

  // ---- for users

  /// Hands every activation that matches to `observer`, once.
  ///
  /// The value is freed at the end of the block that computes it: copy out what is to stay, as
  /// numbers (`value.toFloats()`) or as a tensor that nobody owns (`Scope.outside(value::copy)`).
  /// What the observer computes is not recorded by a tape.
  public static Intervention observe(String glob, BiConsumer<String, Tensor> observer) {
    return new Intervention.Observe(new KeyGlob(glob), observer);
  }

  /// Continues with `replacement(key, value)`, of the same shape and type, in the stead of every
  /// activation that matches.
  ///
  /// Gradients flow through the replacement to the value, where that depends on it. It must be a
  /// function, since a checkpointed block calls it again, and what it captures must live until the
  /// backward pass.
  public static Intervention replace(String glob, BiFunction<String, Tensor, Tensor> replacement) {
    return new Intervention.Replace(new KeyGlob(glob), replacement);
  }

  /// Hands dJ/d(activation) to `receiver(key, gradient)` during [Tape#backward], for every
  /// activation that matches, was computed under a tape and that J depends on.
  ///
  /// The tape follows the activation from there on, whether or not it watches any parameter: to
  /// differentiate by activations alone, record with an empty list. The gradient has the
  /// activation's shape and any layout, and is freed after the call. A module that runs twice gives
  /// two gradients, the later use's first.
  public static Intervention gradientOf(String glob, BiConsumer<String, Tensor> receiver) {
    return new Intervention.GradientOf(new KeyGlob(glob), receiver);
  }

  /// Runs `work` under one intervention; see [#with(List, Supplier)].
  public static <T extends @Nullable Object> T with(Intervention intervention, Supplier<T> work) {
    return with(List.of(intervention), work);
  }

  /// Runs `work`, at whose announced activations `interventions` act.
  ///
  /// @throws IllegalArgumentException at the end, if one of them matched nothing
  public static <T extends @Nullable Object> T with(
      List<Intervention> interventions, Supplier<T> work) {
    Bound outer = BOUND.orElse(NOTHING);
    List<Active> added = interventions.stream().map(Active::new).toList();
    List<Active> all = new ArrayList<>(outer.active);
    all.addAll(added);
    T result = ScopedValue.where(BOUND, new Bound(all, outer.again)).call(work::get);
    added.forEach(Active::requireMatch);
    return result;
  }

  /// Whether any intervention may act on what runs here.
  public static boolean areBound() {
    return BOUND.isBound() && !BOUND.get().active.isEmpty();
  }

  // ---- for modules

  /// A module at `key`: announces input `x`, and the output of `forward`.
  public static Tensor module(String key, Tensor x, UnaryOperator<Tensor> forward) {
    return several(key, x, in -> announce(key, forward.apply(in)));
  }

  /// A module at `key` with several outputs, which it announces itself, the first under `key`, the
  /// others under `key.name`: announces input `x`.
  public static <T> T several(String key, Tensor x, Function<Tensor, T> forward) {
    Recorder recorder = Recording.current();
    if (recorder == null) {
      return forward.apply(announce(key, Port.INPUT, x));
    }
    int slice = recorder.begin(Kind.MODULE, key);
    try {
      return forward.apply(announce(key, Port.INPUT, x));
    } finally {
      recorder.end(slice);
    }
  }

  /// Announces `value` as the output of the module at `key`; the module continues with the result.
  public static Tensor announce(String key, Tensor value) {
    return announce(key, Port.OUTPUT, value);
  }

  /// Announces `value` at the module at `key`; the module continues with the result.
  public static Tensor announce(String key, Port port, Tensor value) {
    if (!areBound()) {
      return value;
    }
    return BOUND.get().act(key + port.suffix, value);
  }

  /// Whether somebody observes, replaces or differentiates the output of the module at `key`: then
  /// it must be computed as it is, and not with what follows.
  ///
  /// The same in the second run of a checkpointed block, which so computes what the first did.
  public static boolean isActedOn(String key) {
    return BOUND.isBound() && BOUND.get().actsOn(key);
  }

  /// Announces a value that a `fused` kernel never stores: fused() must equal rest(value()).
  ///
  /// The value is computed only when asked for: beside the fused kernel for those who observe it,
  /// so that observing changes no bit, and in its stead for those who replace or differentiate it.
  public static Tensor fused(
      String key,
      Port port,
      Supplier<Tensor> value,
      UnaryOperator<Tensor> rest,
      Supplier<Tensor> fused) {
    return port == Port.OUTPUT
        ? Recording.slice(Kind.MODULE, key, () -> unlessAltered(key, port, value, rest, fused))
        : unlessAltered(key, port, value, rest, fused);
  }

  private static Tensor unlessAltered(
      String key,
      Port port,
      Supplier<Tensor> value,
      UnaryOperator<Tensor> rest,
      Supplier<Tensor> fused) {
    if (!BOUND.isBound()) {
      return fused.get();
    }
    Bound bound = BOUND.get();
    String at = key + port.suffix;
    if (bound.alters(at)) {
      return rest.apply(bound.act(at, value.get()));
    }
    if (bound.observes(at)) {
      Scope.run("observe", () -> Tape.noGrad(() -> bound.act(at, value.get())));
    }
    return fused.get();
  }

  /// Binds for a second run what is bound now: replacements and gradients, but no observer.
  static ScopedValue.Carrier again() {
    return ScopedValue.where(BOUND, new Bound(BOUND.orElse(NOTHING).active, true));
  }

  /// All interventions around the code that runs, outermost first.
  ///
  /// @param again whether this is the second run of a checkpointed block
  private record Bound(List<Active> active, boolean again) {
    Tensor act(String key, Tensor value) {
      Tensor current = value;
      for (Active each : active) {
        if (each.asksFor(key)) {
          current = act(each.intervention, key, current);
        }
      }
      return current;
    }

    private Tensor act(Intervention intervention, String key, Tensor value) {
      return switch (intervention) {
        case Intervention.Observe(KeyGlob _, var observer) -> {
          if (!again) {
            withoutInterventions(
                () ->
                    Tape.noGrad(
                        () -> {
                          observer.accept(key, value);
                          return null;
                        }));
          }
          yield value;
        }
        case Intervention.Replace(KeyGlob glob, var replacement) ->
            fitting(glob, key, value, withoutInterventions(() -> replacement.apply(key, value)));
        case Intervention.GradientOf(KeyGlob glob, var receiver) -> {
          require(
              value.dtype().isFloat(),
              "gradientOf '%s': only F32 and F64 have gradients, and %s is %s",
              glob,
              key,
              value);
          yield Tape.follow(
              value,
              dy ->
                  withoutInterventions(
                      () -> {
                        receiver.accept(key, dy);
                        return null;
                      }));
        }
      };
    }

    private static Tensor fitting(KeyGlob glob, String key, Tensor value, Tensor other) {
      require(
          other.shape().equals(value.shape()) && other.dtype() == value.dtype(),
          "replace '%s': %s is %s, got %s",
          glob,
          key,
          value,
          other);
      return other;
    }

    /// Runs a callback, whose own modules announce nothing.
    private static <T extends @Nullable Object> T withoutInterventions(Supplier<T> callback) {
      return ScopedValue.where(BOUND, NOTHING).call(callback::get);
    }

    boolean alters(String key) {
      return active.stream()
          .filter(each -> !(each.intervention instanceof Intervention.Observe))
          .anyMatch(each -> each.asksFor(key));
    }

    /// Asks all, so that each knows the key.
    boolean actsOn(String key) {
      boolean any = false;
      for (Active each : active) {
        any |= each.asksFor(key);
      }
      return any;
    }

    boolean observes(String key) {
      return !again && active.stream().anyMatch(each -> each.asksFor(key));
    }
  }

  /// An intervention in its scope, with the keys announced there and whether they match.
  private static final class Active {
    private static final int EXAMPLES = 3;

    private final Intervention intervention;
    private final Map<String, Boolean> matches = new LinkedHashMap<>();

    Active(Intervention intervention) {
      this.intervention = intervention;
    }

    boolean asksFor(String key) {
      return matches.computeIfAbsent(key, intervention.glob()::matches);
    }

    void requireMatch() {
      if (!matches.containsValue(true)) {
        throw new IllegalArgumentException(
            "no activation matches '%s'; %s".formatted(intervention.glob(), whatThereIs()));
      }
    }

    private String whatThereIs() {
      if (matches.isEmpty()) {
        return "no module ran";
      }
      List<String> nearest =
          matches.keySet().stream()
              .sorted(comparingInt(key -> -intervention.glob().namesIn(key)))
              .limit(EXAMPLES)
              .toList();
      return "there are %d, such as %s".formatted(matches.size(), String.join(", ", nearest));
    }
  }
}
