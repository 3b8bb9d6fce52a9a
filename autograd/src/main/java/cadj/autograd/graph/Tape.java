package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reverse-mode differentiation: remembers the operations that depend on watched tensors, and walks
/// them backwards.
///
/// ```java
/// Gradients g = Tape.record(parameters, tape -> tape.backward(loss()));
/// Tensor dw = g.of(weight);
/// ```
///
/// Only what is watched, and what depends on it, is remembered: a parameter not watched is frozen,
/// and branches that lead to no watched tensor cost nothing. Tensors carry no gradient and no flag;
/// the tape knows them by identity, so [Tensor#detach] cuts a value off. Only the innermost tape
/// records: gradients taken inside another tape's work are constants to that.
public final class Tape {
  private static final ScopedValue<Tape> CURRENT = ScopedValue.newInstance();

  /// Whether blocks are checkpointed.
  private static final ScopedValue<Boolean> SPARING = ScopedValue.newInstance();

  /// Follows nothing: bound by [#noGrad] and while walking backwards.
  private static final Tape NONE = new Tape(List.of());

  private final List<Tensor> watched;

  /// The watched tensors and what depends on them. Tensors are equal only to themselves.
  private final Set<Tensor> tracked;

  private final List<Node> nodes = new ArrayList<>();

  /// For a probe, which remembers nothing: the tracked tensors that were read. Else null.
  private final @Nullable Set<Tensor> read;

  /// One remembered application, and the rule that turns the gradient of its result into
  /// contributions to others'.
  private record Node(String name, Tensor out, Saved saved, Function<Tensor, Contributions> rule) {}

  private Tape(Collection<Tensor> watched) {
    this.watched = List.copyOf(watched);
    this.tracked = new HashSet<>(watched);
    this.read = null;
  }

  /// A probe of what `followed` tracks.
  private Tape(Tape followed) {
    this.watched = List.of();
    this.tracked = followed.tracked;
    this.read = new LinkedHashSet<>();
  }

  /// Runs `work` with a new tape that watches `watched`; what the tape kept is released at the end.
  public static <T extends @Nullable Object> T record(
      Collection<Tensor> watched, Function<Tape, T> work) {
    for (Tensor t : watched) {
      require(t.dtype().isFloat(), "tape: cannot watch %s, only F32 and F64 have gradients", t);
    }
    Tape tape = new Tape(watched);
    try {
      return ScopedValue.where(CURRENT, tape).call(() -> work.apply(tape));
    } finally {
      tape.nodes.forEach(node -> node.saved.release());
    }
  }

  /// Like [#record], but every [#block] is a [#checkpoint]: far less memory, one more forward pass.
  public static <T extends @Nullable Object> T recordSparingly(
      Collection<Tensor> watched, Function<Tape, T> work) {
    return record(watched, tape -> ScopedValue.where(SPARING, true).call(() -> work.apply(tape)));
  }

  /// A part of a model whose intermediate values nobody else reads: they are freed at its end, but
  /// for what the tape keeps, which is only the inputs under [#recordSparingly].
  public static Tensor block(String name, Function<Tensor[], Tensor> block, Tensor... inputs) {
    return SPARING.orElse(false)
        ? checkpoint(name, block, inputs)
        : Scope.keep(name, () -> block.apply(inputs));
  }

  /// Runs `work` unrecorded, whatever tape is current.
  public static <T extends @Nullable Object> T noGrad(Supplier<T> work) {
    return ScopedValue.where(CURRENT, NONE).call(work::get);
  }

  private static Tape current() {
    return CURRENT.orElse(NONE);
  }

  /// Runs `op` under the current tape; see [Op#apply].
  static Tensor run(Op op, Tensor... in) {
    return current().forward(op, in);
  }

  private Tensor forward(Op op, Tensor... in) {
    boolean[] needs = tracked(in);
    boolean any = false;
    for (int i = 0; i < in.length; i++) {
      any |= needs[i];
      require(!needs[i] || op.differentiable(i), "%s has no derivative by input %d", op.name(), i);
    }
    if (!any) {
      return op.forward(Saved.nothing(in), in);
    }
    if (read != null) {
      Arrays.stream(in).filter(tracked::contains).forEach(read::add);
      return op.forward(Saved.nothing(in), in);
    }
    Saved saved = Saved.with(op.name(), needs, in);
    Tensor result = op.forward(saved, in);
    // An operation may return its input (a reshape to the same shape): the result has its own
    // identity.
    Tensor out = Arrays.asList(in).contains(result) ? result.detach() : result;
    remember(new Node(op.name(), out, saved, dy -> Contributions.of(op, in, saved, dy)));
    return out;
  }

  private boolean[] tracked(Tensor... in) {
    boolean[] needs = new boolean[in.length];
    for (int i = 0; i < in.length; i++) {
      needs[i] = tracked.contains(in[i]);
    }
    return needs;
  }

  private void remember(Node node) {
    nodes.add(node);
    tracked.add(node.out);
  }

  /// The derivatives of `value`, which has one element, by the watched tensors.
  public Gradients backward(Tensor value) {
    require(value.elements() == 1, "backward: expected one element, got %s", value.shape());
    return backward(value, Tensor.full(value.dtype(), value.shape(), 1f));
  }

  /// The derivatives of Σ seed·value by the watched tensors.
  ///
  /// Each node's kept values are released once used, so a tape is walked once.
  public Gradients backward(Tensor value, Tensor seed) {
    require(
        seed.shape().equals(value.shape()) && seed.dtype() == value.dtype(),
        "backward: seed %s does not fit value %s",
        seed,
        value);
    return ScopedValue.where(CURRENT, NONE)
        .where(SPARING, false)
        .call(() -> Scope.keep("backward", () -> walk(value, seed)));
  }

  private Gradients walk(Tensor value, Tensor seed) {
    PendingGradients pending = new PendingGradients();
    pending.add(value, seed);
    while (!nodes.isEmpty()) {
      step(nodes.removeLast(), pending);
    }
    IdentityHashMap<Tensor, @Nullable Tensor> result = new IdentityHashMap<>();
    for (Tensor leaf : watched) {
      result.put(leaf, pending.of(leaf));
    }
    return new Gradients(result);
  }

  private static void step(Node node, PendingGradients pending) {
    try {
      Tensor dy = pending.of(node.out);
      if (dy != null) {
        pending.add(Scope.keep(node.name + " backward", () -> node.rule.apply(dy)));
        pending.consume(node.out);
      }
    } finally {
      node.saved.release();
    }
  }

  /// Runs `block`, keeping nothing of it but the inputs; the backward pass runs it again.
  ///
  /// Trades one more forward pass of the block for the memory of its intermediate values. The block
  /// must be a function: same inputs, same result. Tracked values that it captures count as inputs;
  /// others that it captures must live until the backward pass. Its memory is freed in any case, so
  /// without a tape this is [Scope#keep].
  public static Tensor checkpoint(String name, Function<Tensor[], Tensor> block, Tensor... inputs) {
    return current().checkpointed(name, block, inputs);
  }

  private Tensor checkpointed(String name, Function<Tensor[], Tensor> block, Tensor... inputs) {
    Tape probe = new Tape(this);
    Tensor out =
        ScopedValue.where(CURRENT, probe)
            .where(SPARING, false)
            .call(() -> Scope.keep(name, () -> block.apply(inputs)));
    Set<Tensor> leaves = Objects.requireNonNull(probe.read);
    if (leaves.isEmpty() || tracked.contains(out)) {
      return out;
    }
    if (read != null) {
      read.addAll(leaves);
      return out;
    }
    Set<Tensor> needed = new LinkedHashSet<>(leaves);
    needed.addAll(Arrays.asList(inputs));
    Tensor[] kept = needed.toArray(Tensor[]::new);
    Saved saved = Saved.with(name, tracked(kept), kept);
    Tensor own = saved.keep(out.detach(), kept);
    remember(new Node(name, own, saved, dy -> again(saved, leaves, block, inputs, dy)));
    return own;
  }

  private static Contributions again(
      Saved saved,
      Set<Tensor> leaves,
      Function<Tensor[], Tensor> block,
      Tensor[] inputs,
      Tensor dy) {
    for (int i = 0; i < saved.inputs(); i++) {
      saved.get(i); // refuses one that was overwritten
    }
    return record(
        leaves,
        tape -> {
          // A block inside this block is kept whole: SPARING is not bound while walking backwards.
          Gradients g = tape.backward(block.apply(inputs), dy);
          Contributions result = new Contributions();
          for (Tensor leaf : leaves) {
            if (g.reached(leaf)) {
              result.add(leaf, g.of(leaf));
            }
          }
          return result;
        });
  }
}
