package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.tensor.Tensor;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reverse-mode differentiation: records the operations that depend on watched tensors, and runs
/// their backward rules in reverse.
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

  /// Bytes of tensors in use beyond which blocks are checkpointed.
  private static final ScopedValue<Long> ROOM = ScopedValue.newInstance();

  /// Whether the backward pass that runs leaves all that was kept for another.
  private static final ScopedValue<Boolean> AGAIN = ScopedValue.newInstance();

  /// Who is told what is recorded, if anybody is.
  private static final ScopedValue<List<TapeListener>> LISTENERS = ScopedValue.newInstance();

  /// Follows nothing: bound by [#noGrad] and in the backward pass.
  private static final Tape NONE = new Tape(List.of());

  private final List<Tensor> watched;
  private final Set<Tensor> leafSet;

  /// The watched tensors and what depends on them. Tensors are equal only to themselves.
  private final Set<Tensor> tracked;

  private final List<Node> nodes = new ArrayList<>();

  /// The tape of which this one records a part, or null.
  private final @Nullable Tape outer;

  /// The tensors tracked by `outer` that were read here.
  private final Set<Tensor> read = new LinkedHashSet<>();

  /// False for a probe, which only finds out what is read.
  private final boolean remembers;

  /// One remembered application, the watched tensors among what it reads, how to let go of what it
  /// keeps, and the rule that turns the gradient of its result into contributions to others'.
  ///
  /// @param kind of slice that its backward pass is where a run is recorded
  /// @param cause the slice of the forward pass that it is the backward pass of
  private record Node(
      Kind kind,
      String name,
      long cause,
      Tensor out,
      List<Tensor> leaves,
      Runnable release,
      Function<Tensor, Contributions> rule) {}

  /// Takes derivatives one by one; see [#backward(Tensor, Receiver)].
  @FunctionalInterface
  public interface Receiver {
    /// @param gradient by `watched`, shaped like it, in any layout; freed after the call
    void accept(Tensor watched, Tensor gradient);
  }

  private Tape(Collection<Tensor> watched) {
    this.watched = List.copyOf(watched);
    this.leafSet = Set.copyOf(watched);
    this.tracked = new HashSet<>(watched);
    this.outer = null;
    this.remembers = true;
  }

  /// A part of `outer`, or a probe of it.
  private Tape(Tape outer, boolean remembers) {
    this.watched = List.of();
    this.leafSet = Set.of();
    this.tracked = new HashSet<>();
    this.outer = outer;
    this.remembers = remembers;
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
      tape.release();
    }
  }

  /// Runs `work`, whose tapes keep a [#block] whole only while the tensors in use take at most
  /// `bytes`, and [#checkpoint] it beyond: less memory, one more forward pass of those blocks, and
  /// the same bits.
  public static <T extends @Nullable Object> T within(long bytes, Supplier<T> work) {
    return ScopedValue.where(ROOM, bytes).call(work::get);
  }

  /// A part of a model whose intermediate values nobody else reads: they are freed at its end, but
  /// for what the tape keeps, which beyond the bounds of [#within] is only the inputs.
  ///
  /// Its gradients are summed before they are added to those of the values it reads, as those of a
  /// checkpoint are.
  public static Tensor block(String name, Function<Tensor[], Tensor> block, Tensor... inputs) {
    if (DryRun.isOn()) {
      return DryRun.block(() -> Scope.keep(name, () -> block.apply(inputs)));
    }
    boolean fits = Storage.liveBytes() <= ROOM.orElse(Long.MAX_VALUE);
    return fits ? current().part(name, block, inputs) : current().checkpointed(name, block, inputs);
  }

  /// Runs `work`, whose tapes tell `listener` what they record and the gradients of that. What a
  /// backward pass computes again is not told.
  public static <T extends @Nullable Object> T toldTo(TapeListener listener, Supplier<T> work) {
    return ScopedValue.where(LISTENERS, List.of(listener)).call(work::get);
  }

  /// Runs `work` unrecorded, whatever tape is current.
  public static <T extends @Nullable Object> T noGrad(Supplier<T> work) {
    return ScopedValue.where(CURRENT, NONE).call(work::get);
  }

  /// Whether what is computed now is remembered for a backward pass.
  public static boolean isRecording() {
    return current() != NONE;
  }

  private static Tape current() {
    return CURRENT.orElse(NONE);
  }

  /// Runs `op` under the current tape; see [Op#apply].
  static Tensor run(Op op, Tensor... in) {
    return current().forward(op, in);
  }

  /// Runs several applications of `op` at once; see [Op#applyEach].
  static Tensor[] run(JointOp op, Tensor[]... in) {
    return current().forward(op, in);
  }

  private Tensor forward(Op op, Tensor... in) {
    boolean[] needs = needs(op, in);
    Tensor[] here = onCurrentDevice(in);
    Saved saved = saved(op, needs, here);
    return remembered(op, in, needs, here, saved, op.forward(saved, here));
  }

  private Tensor[] forward(JointOp op, Tensor[]... in) {
    boolean[][] needs = new boolean[in.length][];
    Tensor[][] here = new Tensor[in.length][];
    Saved[] saved = new Saved[in.length];
    for (int i = 0; i < in.length; i++) {
      needs[i] = needs(op, in[i]);
      here[i] = onCurrentDevice(in[i]);
      saved[i] = saved(op, needs[i], here[i]);
    }
    Tensor[] out = op.forward(saved, here);
    for (int i = 0; i < in.length; i++) {
      out[i] = remembered(op, in[i], needs[i], here[i], saved[i], out[i]);
    }
    return out;
  }

  private boolean[] needs(Op op, Tensor... in) {
    boolean[] needs = tracked(in);
    for (int i = 0; i < in.length; i++) {
      require(!needs[i] || op.differentiable(i), "%s has no derivative by input %d", op.name(), i);
    }
    return needs;
  }

  private Saved saved(Op op, boolean[] needs, Tensor... here) {
    return remembers && any(needs) ? Saved.with(op.name(), needs, here) : Saved.nothing(here);
  }

  private static boolean any(boolean... needs) {
    for (boolean each : needs) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /// The result of an application, known to this tape if it follows any of the inputs.
  ///
  /// @param here the inputs `in` on the current device
  private Tensor remembered(
      Op op, Tensor[] in, boolean[] needs, Tensor[] here, Saved saved, Tensor result) {
    if (!any(needs)) {
      return result;
    }
    // An operation may return its input (a reshape to the same shape): the result has its own
    // identity.
    Tensor out = Arrays.asList(here).contains(result) ? result.detach() : result;
    remember(
        Kind.BACKWARD,
        op.name(),
        out,
        Arrays.asList(in),
        saved::release,
        dy -> Contributions.of(op, in, saved, dy));
    tell(op.name(), Arrays.asList(in), out);
    return out;
  }

  /// `value` under an identity that is tracked from here on, whatever it depends on. In the
  /// backward pass its gradient, once complete, goes to `receiver`.
  static Tensor follow(Tensor value, Consumer<Tensor> receiver) {
    return current().followed(value, receiver);
  }

  private Tensor followed(Tensor value, Consumer<Tensor> receiver) {
    if (this == NONE) {
      return value;
    }
    boolean passesOn = tracks(value);
    Tensor out = value.detach();
    remember(
        Kind.BACKWARD,
        "gradient of activation",
        out,
        List.of(value),
        () -> {},
        dy -> {
          receiver.accept(dy);
          Contributions result = new Contributions();
          if (passesOn) {
            result.add(value, dy);
          }
          return result;
        });
    tell("gradient of activation", List.of(value), out);
    return out;
  }

  /// The inputs on the current device; the tape knows them by those that were given.
  private static Tensor[] onCurrentDevice(Tensor... in) {
    Tensor[] here = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      here[i] = in[i].onCurrentDevice();
    }
    return here;
  }

  private boolean[] tracked(Tensor... in) {
    boolean[] needs = new boolean[in.length];
    for (int i = 0; i < in.length; i++) {
      needs[i] = tracks(in[i]);
    }
    return needs;
  }

  private boolean tracks(Tensor tensor) {
    return tracked.contains(tensor) || (outer != null && outer.tracks(tensor));
  }

  private void noteRead(Collection<Tensor> tensors) {
    if (outer != null) {
      tensors.stream().filter(outer::tracks).forEach(read::add);
    }
  }

  /// Tracks `out`; only a probe forgets how it came about.
  private void remember(
      Kind kind,
      String name,
      Tensor out,
      Collection<Tensor> reads,
      Runnable release,
      Function<Tensor, Contributions> rule) {
    noteRead(reads);
    tracked.add(out);
    if (remembers) {
      List<Tensor> leaves = reads.stream().filter(leafSet::contains).distinct().toList();
      nodes.add(new Node(kind, name, Recording.mark(), out, leaves, release, rule));
    }
  }

  private static List<TapeListener> listeners() {
    return LISTENERS.orElse(List.of());
  }

  /// Tells who looks on of an operation that was remembered.
  private void tell(String name, Collection<Tensor> reads, Tensor out) {
    if (remembers) {
      listeners().forEach(listener -> listener.operation(name, List.copyOf(reads), out));
    }
  }

  /// The derivatives of `value`, which has one element, by the watched tensors.
  public Gradients backward(Tensor value) {
    requireOneElement(value);
    return backward(value, Tensor.full(value.dtype(), value.shape(), 1f));
  }

  /// Nothing is recorded in the backward pass, and there is room for blocks.
  private static ScopedValue.Carrier backwards() {
    return ScopedValue.where(CURRENT, NONE).where(ROOM, Long.MAX_VALUE);
  }

  private static void requireOneElement(Tensor value) {
    require(value.elements() == 1, "backward: expected one element, got %s", value.shape());
  }

  /// The derivatives of Σ seed·value by the watched tensors.
  ///
  /// Each node's kept values are released once used, so a tape has one backward pass.
  public Gradients backward(Tensor value, Tensor seed) {
    require(
        seed.shape().equals(value.shape()) && seed.dtype() == value.dtype(),
        "backward: seed %s does not fit value %s",
        seed,
        value);
    return backwards()
        .call(() -> Scope.keep("backward", () -> gradients(value, seed.onCurrentDevice())));
  }

  /// Hands every derivative of `value`, which has one element, to `receiver` once nothing more is
  /// added to it, and then frees it: all at once they would take as much memory as what is watched.
  /// What `value` does not depend on is left out. The order is that of the backward pass.
  public void backward(Tensor value, Receiver receiver) {
    backward(value, receiver, backwards());
  }

  /// As [#backward(Tensor, Receiver)], but what the tape kept stays: another backward pass may
  /// follow, of this value or another, without a forward pass of its own.
  public void backwardAndKeep(Tensor value, Receiver receiver) {
    backward(value, receiver, backwards().where(AGAIN, true));
  }

  private void backward(Tensor value, Receiver receiver, ScopedValue.Carrier bound) {
    requireOneElement(value);
    Tensor seed = Tensor.full(value.dtype(), value.shape(), 1f);
    bound.run(() -> Scope.run("backward", () -> deliver(value, seed.onCurrentDevice(), receiver)));
  }

  private void deliver(Tensor value, Tensor seed, Receiver receiver) {
    Map<Tensor, Integer> uses = new HashMap<>();
    nodes.forEach(node -> node.leaves.forEach(leaf -> uses.merge(leaf, 1, Integer::sum)));
    PendingGradients pending = new PendingGradients();
    walk(
        value,
        seed,
        pending,
        node -> {
          for (Tensor leaf : node.leaves) {
            if (uses.merge(leaf, -1, Integer::sum) == 0) {
              hand(leaf, pending, receiver);
            }
          }
        });
    watched.forEach(leaf -> hand(leaf, pending, receiver)); // `value` itself may be one
  }

  private static void hand(Tensor leaf, PendingGradients pending, Receiver receiver) {
    Tensor gradient = pending.of(leaf);
    if (gradient != null) {
      Scope.run("receive gradient", () -> receiver.accept(leaf, gradient));
      pending.consume(leaf);
    }
  }

  private Gradients gradients(Tensor value, Tensor seed) {
    PendingGradients pending = walk(value, seed);
    IdentityHashMap<Tensor, @Nullable Tensor> result = new IdentityHashMap<>();
    for (Tensor leaf : watched) {
      result.put(leaf, pending.of(leaf));
    }
    return new Gradients(result);
  }

  private PendingGradients walk(Tensor value, Tensor seed) {
    PendingGradients pending = new PendingGradients();
    walk(value, seed, pending, node -> {});
    return pending;
  }

  private void walk(Tensor value, Tensor seed, PendingGradients pending, Consumer<Node> afterEach) {
    pending.add(value, seed);
    boolean keeping = AGAIN.orElse(false);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = keeping ? nodes.get(i) : nodes.removeLast();
      try {
        step(node, pending);
      } finally {
        if (!keeping) {
          node.release.run();
        }
      }
      afterEach.accept(node);
    }
  }

  private static void step(Node node, PendingGradients pending) {
    Tensor dy = pending.of(node.out);
    if (dy != null) {
      listeners().forEach(listener -> listener.gradient(node.out, dy));
      Recorder recorder = Recording.current();
      if (recorder == null) {
        step(node, dy, pending);
        return;
      }
      int slice = recorder.begin(node.kind, node.name, node.cause);
      try {
        step(node, dy, pending);
      } finally {
        recorder.end(slice);
      }
    }
  }

  private static void step(Node node, Tensor dy, PendingGradients pending) {
    pending.add(Scope.keep(node.name + " backward", () -> node.rule.apply(dy)));
    pending.consume(node.out);
  }

  private void release() {
    nodes.forEach(node -> node.release.run());
    nodes.clear();
  }

  /// Records `block` on a tape of its own, which becomes one node of this.
  private Tensor part(String name, Function<Tensor[], Tensor> block, Tensor... inputs) {
    if (this == NONE || !remembers) {
      return Scope.keep(name, () -> block.apply(inputs));
    }
    Tape inner = new Tape(this, true);
    Tensor out;
    try {
      out =
          ScopedValue.where(CURRENT, inner).call(() -> Scope.keep(name, () -> block.apply(inputs)));
    } catch (RuntimeException e) {
      inner.release();
      throw e;
    }
    if (!inner.tracked.contains(out)) {
      inner.release();
      return out;
    }
    Tensor own = out.detach();
    remember(
        Kind.MODULE, name, own, inner.read, inner::release, dy -> inner.contributions(out, dy));
    listeners().forEach(listener -> listener.block(name, out, own));
    return own;
  }

  /// What the gradient of `out` contributes to what was read.
  private Contributions contributions(Tensor out, Tensor dy) {
    PendingGradients pending = walk(out, dy);
    Contributions result = new Contributions();
    for (Tensor leaf : read) {
      Tensor gradient = pending.of(leaf);
      if (gradient != null) {
        result.add(leaf, gradient);
      }
    }
    return result;
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
    if (this == NONE) {
      return Scope.keep(name, () -> block.apply(inputs));
    }
    Tape probe = new Tape(this, false);
    Tensor out =
        ScopedValue.where(CURRENT, probe).call(() -> Scope.keep(name, () -> block.apply(inputs)));
    if (!probe.tracked.contains(out)) {
      return out;
    }
    Set<Tensor> leaves = probe.read;
    if (!remembers) {
      noteRead(leaves);
      tracked.add(out);
      return out;
    }
    Set<Tensor> needed = new LinkedHashSet<>(leaves);
    needed.addAll(Arrays.asList(inputs));
    Tensor[] kept = needed.toArray(Tensor[]::new);
    Saved saved = Saved.with(name, tracked(kept), kept);
    Tensor own = saved.keep(out.detach(), kept);
    ScopedValue.Carrier interventions = Activations.again().where(LISTENERS, List.of());
    remember(
        Kind.MODULE,
        name,
        own,
        leaves,
        saved::release,
        dy -> interventions.call(() -> again(saved, leaves, block, inputs, dy)));
    tell(name, leaves, own);
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
          // A block inside this block is kept whole: there is room in the backward pass.
          Tensor out = Recording.slice(Kind.PHASE, Recording.RECOMPUTE, () -> block.apply(inputs));
          Gradients g = tape.backward(out, dy);
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
